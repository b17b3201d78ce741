import { readFile } from "node:fs/promises";
import { runCommand } from "../lib/server/command.ts";
import { makeLink } from "../lib/server/link.ts";

const command = {
  usage:
    "npm run link -- OUT|URL [--ids 1,2,3 | --ids-file FILE] [--image SOURCE] [--position x,y,z]\n" +
    "                         [--layout 4panel] [--save NAME | --inline] [--viewer URL] [--url http://127.0.0.1:9000]",
  positionals: ["OUT or URL, one dataset"],
  options: {
    ids: { type: "string" },
    "ids-file": { type: "string" },
    inline: { type: "boolean", default: false },
    image: { type: "string", multiple: true },
    position: { type: "string" },
    layout: { type: "string" },
    save: { type: "string" },
    viewer: { type: "string" },
    url: { type: "string", default: "http://127.0.0.1:9000" },
  },
} as const;

await runCommand(command, async (values, [place]) => {
  const source = place as string;
  const { "ids-file": file, position, layout, save, inline, url } = values;
  const ids = file === undefined ? values.ids : await readFile(file, "utf8");
  const remote = /^https?:/.test(source);
  const { link, warnings } = await makeLink({
    source,
    url,
    viewer: values.viewer ?? (remote ? "https://neuroglancer-demo.appspot.com/" : `${url}/viewer/`),
    images: values.image ?? [],
    inline,
    ...(ids !== undefined && { ids: ids.split(/[\s,]+/).filter((id) => id !== "") }),
    ...(position !== undefined && { position: position.split(",").map(Number) }),
    ...(layout !== undefined && { layout }),
    ...(save !== undefined && { save }),
  });
  for (const warning of warnings) console.error(`warning: ${warning}`);
  console.log(link);
});
