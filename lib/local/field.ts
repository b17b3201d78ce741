import type { Vec3 } from "../format/vec.ts";

/** A small label volume that is drawn into: labels 0 to 255, x fastest, and the size of a voxel in nm. */
export type Field = { readonly labels: Uint8Array; readonly shape: Vec3; readonly pitch: Vec3 };

/** Gives every free voxel whose centre is inside the ball the label. Centre and radius in nm. */
export function paintBall(field: Field, centre: Vec3, radius: number, label: number): void {
  const { labels, shape, pitch } = field;
  const [x0, x1] = span(field, centre, radius, 0);
  const [y0, y1] = span(field, centre, radius, 1);
  const [z0, z1] = span(field, centre, radius, 2);
  for (let z = z0; z < z1; z++) {
    const dz = (z + 0.5) * pitch[2] - centre[2];
    for (let y = y0; y < y1; y++) {
      const dy = (y + 0.5) * pitch[1] - centre[1];
      const left = radius * radius - dz * dz - dy * dy;
      const row = (z * shape[1] + y) * shape[0];
      for (let x = x0; x < x1; x++) {
        const dx = (x + 0.5) * pitch[0] - centre[0];
        if (dx * dx < left && labels[row + x] === 0) labels[row + x] = label;
      }
    }
  }
}

/** The label at a place in nm; 0 outside the field. */
export function labelAt({ labels, shape, pitch }: Field, at: Vec3): number {
  const x = Math.floor(at[0] / pitch[0]);
  const y = Math.floor(at[1] / pitch[1]);
  const z = Math.floor(at[2] / pitch[2]);
  if (x < 0 || y < 0 || z < 0 || x >= shape[0] || y >= shape[1] || z >= shape[2]) return 0;
  return labels[(z * shape[1] + y) * shape[0] + x] ?? 0;
}

/** Clears all parts but the largest of every label (parts: voxels joined by their faces). */
export function keepLargest({ labels, shape }: Field): void {
  const part = new Uint32Array(labels.length);
  const queue = new Uint32Array(labels.length);
  const sizes = [0];
  const largest = new Uint32Array(256);
  for (let start = 0; start < labels.length; start++) {
    const label = labels[start] ?? 0;
    if (label === 0 || part[start] !== 0) continue;
    const number = sizes.length;
    sizes.push(fill({ labels, shape, part, queue }, start, number));
    const best = largest[label] ?? 0;
    if ((sizes[number] ?? 0) > (sizes[best] ?? 0)) largest[label] = number;
  }
  for (let i = 0; i < labels.length; i++) if (part[i] !== largest[labels[i] ?? 0]) labels[i] = 0;
}

type Flood = { labels: Uint8Array; shape: Vec3; part: Uint32Array; queue: Uint32Array };

/** Marks the part that holds voxel `start` with `number`; returns its voxels. */
function fill({ labels, shape, part, queue }: Flood, start: number, number: number): number {
  const [nx, ny, nz] = shape;
  const label = labels[start];
  let end = 0;
  const visit = (i: number) => {
    if (labels[i] !== label || part[i] !== 0) return;
    part[i] = number;
    queue[end++] = i;
  };
  visit(start);
  for (let next = 0; next < end; next++) {
    const i = queue[next] ?? 0;
    const x = i % nx;
    const y = Math.floor(i / nx) % ny;
    const z = Math.floor(i / (nx * ny));
    if (x > 0) visit(i - 1);
    if (x < nx - 1) visit(i + 1);
    if (y > 0) visit(i - nx);
    if (y < ny - 1) visit(i + nx);
    if (z > 0) visit(i - nx * ny);
    if (z < nz - 1) visit(i + nx * ny);
  }
  return end;
}

/** First voxel and end of the voxels whose centres may lie within `radius` along one axis. */
function span({ shape, pitch }: Field, centre: Vec3, radius: number, axis: 0 | 1 | 2): [number, number] {
  const first = Math.ceil((centre[axis] - radius) / pitch[axis] - 0.5);
  const last = Math.floor((centre[axis] + radius) / pitch[axis] - 0.5);
  return [Math.max(0, first), Math.min(shape[axis], last + 1)];
}
