/** By vertex: its last corner + 1; what follows a neighbour around the vertex at hand, + 1. Used again. */
let last = new Int32Array(0);
let follows = new Int32Array(0);
/** By corner: the corner before it at the same vertex + 1. */
let chain = new Int32Array(0);

/**
 * Whether the triangles around each vertex are one fan that closes, that is, a surface is closed, manifold and wound
 * alike everywhere: if they are, every edge has one triangle on either side, as its two ends tell. Faster than to look
 * for the other side of every edge, since all that is looked up lies around one vertex.
 *
 * @returns false as soon as one is not
 */
export function areFans(indices: Uint32Array, vertices: number): boolean {
  chainCorners(indices, vertices);
  for (let vertex = 0; vertex < vertices; vertex++) {
    if (last[vertex] === 0 || isFan(indices, vertex)) continue;
    follows.fill(0, 0, vertices);
    return false;
  }
  return true;
}

function chainCorners(indices: Uint32Array, vertices: number): void {
  if (last.length < vertices) {
    const room = Math.max(vertices, 2 * last.length);
    last = new Int32Array(room);
    follows = new Int32Array(room);
  } else last.fill(0, 0, vertices);
  if (chain.length < indices.length) chain = new Int32Array(Math.max(indices.length, 2 * chain.length));
  for (let corner = 0; corner < indices.length; corner++) {
    const vertex = indices[corner]!;
    chain[corner] = last[vertex]!;
    last[vertex] = corner + 1;
  }
}

/** Whether one walk around a vertex, from each neighbour to the next, meets all of its triangles. */
function isFan(indices: Uint32Array, vertex: number): boolean {
  let triangles = 0;
  let start = 0;
  for (let entry = last[vertex]!; entry !== 0; entry = chain[entry - 1]!) {
    const corner = entry - 1;
    const place = corner % 3;
    start = indices[place === 2 ? corner - 2 : corner + 1]!;
    // A triangle that is a line; a second triangle on the same side of an edge.
    if (start === vertex || follows[start] !== 0) return false;
    follows[start] = indices[place === 0 ? corner + 2 : corner - 1]! + 1;
    triangles++;
  }
  let at = start;
  do {
    const next = follows[at]!;
    // Nothing follows where the surface is open, or where the walk has been.
    if (next === 0) return false;
    follows[at] = 0;
    at = next - 1;
    triangles--;
  } while (at !== start);
  return triangles === 0;
}
