import { expect, test } from "vitest";
import { convert } from "../../lib/local/convert.ts";

test("an image that a browser would run is refused before anything is read or written", async () => {
  for (const image of ["javascript:alert(1)", "data:text/html,x", "precomputed://blob:x"]) {
    const job = convert({ input: "/nonexistent", output: "/nonexistent/out", images: [image] });
    await expect(job).rejects.toThrow(/--image: .* is no source of the viewer/);
  }
});
