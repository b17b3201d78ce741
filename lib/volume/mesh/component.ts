/** Connected parts of a triangle mesh. */
export type Components = {
  /** Part of each vertex, numbered by first vertex. */
  readonly of: Uint32Array;
  readonly count: number;
  /** First vertex of each part. */
  readonly first: Uint32Array;
};

/** Finds the parts of a mesh that hang together by shared vertices. */
export function findComponents(indices: Uint32Array, vertices: number): Components {
  const parent = new Uint32Array(vertices);
  for (let v = 0; v < vertices; v++) parent[v] = v;
  for (let i = 0; i < indices.length; i += 3) {
    const a = join(parent, indices[i]!, indices[i + 1]!);
    join(parent, a, indices[i + 2]!);
  }
  const first: number[] = [];
  for (let v = 0; v < vertices; v++) {
    if (parent[v] === v) {
      parent[v] = first.length;
      first.push(v);
    } else parent[v] = parent[parent[v]!]!;
  }
  return { of: parent, count: first.length, first: Uint32Array.from(first) };
}

/** Joins two trees under the lower root, which it returns. */
function join(parent: Uint32Array, a: number, b: number): number {
  const r = root(parent, a);
  const s = root(parent, b);
  if (r === s) return r;
  if (r > s) {
    parent[r] = s;
    return s;
  }
  parent[s] = r;
  return r;
}

function root(parent: Uint32Array, vertex: number): number {
  let v = vertex;
  while (parent[v] !== v) {
    parent[v] = parent[parent[v]!]!;
    v = parent[v]!;
  }
  return v;
}
