/**
 * (p + offset) * unit for positions f32 x, y, z: in double, rounded once.
 *
 * @param to where they go, in the same form
 */
export function placePoints(
  from: usize, count: i32, to: usize,
  offsetX: f64, offsetY: f64, offsetZ: f64, unitX: f64, unitY: f64, unitZ: f64,
): void {
  const offset = f64x2.replace_lane(f64x2.splat(offsetX), 1, offsetY);
  const unit = f64x2.replace_lane(f64x2.splat(unitX), 1, unitY);
  const end = from + <usize>count * 12;
  for (; from < end; from += 12, to += 12) {
    const xy = f64x2.mul(f64x2.add(f64x2.promote_low_f32x4(v128.load64_zero(from)), offset), unit);
    const z = (<f64>load<f32>(from, 8) + offsetZ) * unitZ;
    v128.store64_lane(to, f32x4.demote_f64x2_zero(xy), 0);
    store<f32>(to, <f32>z, 8);
  }
}

/** Area of a mesh: positions f32 x, y, z, three indices per triangle, which are added up in their order. */
export function sumAreas(positions: usize, indices: usize, triangles: i32): f64 {
  let doubled: f64 = 0;
  const end = indices + <usize>triangles * 12;
  for (let i = indices; i < end; i += 12) {
    const a = positions + <usize>load<u32>(i) * 12;
    const b = positions + <usize>load<u32>(i, 4) * 12;
    const c = positions + <usize>load<u32>(i, 8) * 12;
    const ax = <f64>load<f32>(a);
    const ay = <f64>load<f32>(a, 4);
    const az = <f64>load<f32>(a, 8);
    const ux = <f64>load<f32>(b) - ax;
    const uy = <f64>load<f32>(b, 4) - ay;
    const uz = <f64>load<f32>(b, 8) - az;
    const vx = <f64>load<f32>(c) - ax;
    const vy = <f64>load<f32>(c, 4) - ay;
    const vz = <f64>load<f32>(c, 8) - az;
    const x = uy * vz - uz * vy;
    const y = uz * vx - ux * vz;
    const z = ux * vy - uy * vx;
    doubled += Math.sqrt(x * x + y * y + z * z);
  }
  return doubled / 2;
}
