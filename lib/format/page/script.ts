/**
 * What the page does beyond being read: "copy link"; and if it was opened elsewhere than it was made for (a folder
 * that was copied to a server, another port), it puts the links and addresses right. `data-url` of the open button is
 * the address that the page was made for. A state that names another place is handed on inline, with its own layer
 * pointed here. A viewer that was beside the data is looked for here, too; else it is the public one.
 */
export const script = `
const open = document.getElementById("open"), copy = document.getElementById("copy");
const status = document.getElementById("status");
const write = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.body.appendChild(document.createElement("textarea"));
  area.value = text;
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error();
};
copy.hidden = false;
copy.onclick = async () => {
  try {
    await write(open.href);
    status.textContent = "Link copied";
  } catch {
    status.textContent = "The browser does not allow copying: copy the address of the other button";
  }
  copy.focus();
  setTimeout(() => { status.textContent = ""; }, 4000);
};
const made = open.dataset.url, here = new URL(".", location.href).href.slice(0, -1);
if (location.protocol.startsWith("http") && here !== made) {
  for (const place of document.querySelectorAll(".url")) place.textContent = here;
  let viewer = open.href.split("#!")[0];
  if (new URL(viewer).origin === new URL(made).origin) {
    const beside = location.origin + "/viewer/";
    viewer = (await fetch(beside, { method: "HEAD" })).ok ? beside : open.dataset.viewer;
  }
  const answer = await fetch("state.json");
  const state = await answer.json();
  const own = state.layers.find(({ type }) => type === "segmentation");
  const moved = own.source !== "precomputed://" + here;
  own.source = "precomputed://" + here;
  open.href = viewer + "#!" + (moved ? encodeURIComponent(JSON.stringify(state)) : here + "/state.json");
}
`;
