import { expect, test } from "vitest";
import { parseLabels } from "../../lib/format/labels.ts";

const read = (text: string) => {
  const { names, colors } = parseLabels(text);
  return { names: [...names], colors: [...colors] };
};

test("id, label, color, without a header", () => {
  expect(read("7,soma,#FF8000\n18446744073709551615,axon\n9,,#0af\n10\n")).toEqual({
    names: [
      ["7", "soma"],
      ["18446744073709551615", "axon"],
    ],
    colors: [
      ["7", "#ff8000"],
      ["9", "#00aaff"],
    ],
  });
});

test("a header says what the columns are, in any order, further ones are left alone", () => {
  const text = '\uFEFFColour, volume, ID, Name\r\n#112233, 12.5, 007, "soma, large"\r\n\r\n, 3, 8, \r\n';
  expect(read(text)).toEqual({ names: [["7", "soma, large"]], colors: [["7", "#112233"]] });
});

test("without a header a third column that is no colour is left alone", () => {
  expect(read("7,soma,checked by AB\n8,axon,\n")).toEqual({
    names: [
      ["7", "soma"],
      ["8", "axon"],
    ],
    colors: [],
  });
});

test("bytes are read as UTF-8", () => {
  expect(parseLabels(new TextEncoder().encode("1,Zelle µ")).names.get("1")).toBe("Zelle µ");
});

test("an empty file names nothing", () => {
  expect([read(""), read("id,label\n")]).toEqual(Array(2).fill({ names: [], colors: [] }));
});

test("every wrong line is named, in the lines of the file", () => {
  const text = 'id,label,color\n1,a\n\nx,b\n01,c\n18446744073709551616,d\n2,"two\nlines",#12345\n3,e,red\n';
  expect(() => parseLabels(text)).toThrow(
    [
      'labels.csv: line 4: "x" is not an id',
      "labels.csv: line 5: id 1 is there twice",
      'labels.csv: line 6: "18446744073709551616" is not an id',
      'labels.csv: line 8: "#12345" is not a colour. Write it as #rrggbb',
      'labels.csv: line 9: "red" is not a colour. Write it as #rrggbb',
    ].join("\n"),
  );
  expect(() => parseLabels('1,"a\n')).toThrow(/labels.csv: is not CSV/);
});
