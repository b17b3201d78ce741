/** Text as HTML shows it, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A table with headings; the first `text` columns are text, the others numbers. Cells are HTML. */
export function tableOf(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  { caption, text }: { caption: string; text: number },
): string {
  const kind = (column: number) => (column < text ? "" : ' class="number"');
  const head = headings.map((heading, i) => `<th scope="col"${kind(i)}>${heading}</th>`);
  const body = rows.map((cells) => {
    const [first, ...rest] = cells;
    return `<tr><th scope="row">${first}</th>${rest.map((cell, i) => `<td${kind(i + 1)}>${cell}</td>`).join("")}</tr>`;
  });
  // Wide tables scroll on a phone: by keyboard too.
  return `<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table>
<thead><tr>${head.join("")}</tr></thead>
<tbody>
${body.join("\n")}
</tbody></table></div>`;
}

/** Terms and what they are; both HTML. */
export function listOf(entries: readonly (readonly [string, string])[]): string {
  return `<dl>${entries.map(([term, value]) => `<div><dt>${term}</dt><dd>${value}</dd></div>`).join("")}</dl>`;
}
