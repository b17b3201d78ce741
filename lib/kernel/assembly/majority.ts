/**
 * The next coarser scale: see `downsample` of lib/volume/majority.ts. Strides are labels; factors 1 or 2, leads 0 or 1.
 * A cell is seen as two voxels along each axis: where it has one, that counts twice, as do all of its cell then.
 */
export function majority(
  source: usize, strideY: i32, strideZ: i32, width: i32, height: i32, depth: i32,
  factorX: i32, factorY: i32, factorZ: i32, leadX: i32, leadY: i32, leadZ: i32,
  sparse: bool, target: usize,
): void {
  const wide = (width + leadX + factorX - 1) / factorX;
  const high = (height + leadY + factorY - 1) / factorY;
  const deep = (depth + leadZ + factorZ - 1) / factorZ;
  // No label is -1: background then has no vote to lose.
  const loser = i32x4.splat(sparse ? 0 : -1);
  let to = target;
  for (let z = 0; z < deep; z++) {
    const z0 = max(0, z * factorZ - leadZ);
    const z1 = min(depth, (z + 1) * factorZ - leadZ);
    for (let y = 0; y < high; y++) {
      const y0 = max(0, y * factorY - leadY);
      const y1 = min(height, (y + 1) * factorY - leadY);
      const row = source + ((<usize>z0 * <usize>strideZ + <usize>y0 * <usize>strideY) << 2);
      const nextY = y1 - y0 == 2 ? <usize>strideY << 2 : 0;
      const nextZ = z1 - z0 == 2 ? <usize>strideZ << 2 : 0;
      reduceRow(row, nextY, nextZ, width, factorX, leadX, loser, to);
      to += <usize>wide << 2;
    }
  }
}

// @ts-ignore: decorator
@inline
function reduceRow(
  row: usize, nextY: usize, nextZ: usize, width: i32, factorX: i32, leadX: i32, loser: v128, to: usize,
): void {
  let x: i32 = 0;
  if (factorX == 1) {
    for (; x + 4 <= width; x += 4, to += 16) {
      const at = row + (<usize>x << 2);
      const up = at + nextZ;
      v128.store(to, mostOfFour(v128.load(at), v128.load(at + nextY), v128.load(up), v128.load(up + nextY), loser));
    }
  } else {
    // The cell that the volume's border cuts is of one voxel along x.
    if (leadX == 1) {
      store<u32>(to, mostOfCell(row, 0, nextY, nextZ, loser));
      x = 1;
      to += 4;
    }
    if (nextY != 0 && nextZ != 0) {
      for (; x + 8 <= width; x += 8, to += 16) {
        v128.store(to, reduceFour(row + (<usize>x << 2), nextY, nextZ, loser));
      }
    } else {
      for (; x + 8 <= width; x += 8, to += 16) {
        v128.store(to, reduceTwo(row + (<usize>x << 2), nextY + nextZ, loser));
      }
    }
  }
  for (; x < width; x += factorX, to += 4) {
    store<u32>(to, mostOfCell(row + (<usize>x << 2), factorX == 2 && x + 1 < width ? 4 : 0, nextY, nextZ, loser));
  }
}

/** Four cells of 2x2x2 voxels. */
// @ts-ignore: decorator
@inline
function reduceFour(r0: usize, nextY: usize, nextZ: usize, loser: v128): v128 {
  const r1 = r0 + nextY;
  const r2 = r0 + nextZ;
  const r3 = r2 + nextY;
  const a = evens(r0);
  const b = odds(r0);
  const c = evens(r1);
  const d = odds(r1);
  const e = evens(r2);
  const f = odds(r2);
  const g = evens(r3);
  const h = odds(r3);
  const left = v128.or(v128.or(v128.xor(a, b), v128.xor(a, c)), v128.or(v128.xor(a, d), v128.xor(a, e)));
  const right = v128.or(v128.or(v128.xor(a, f), v128.xor(a, g)), v128.xor(a, h));
  return v128.any_true(v128.or(left, right)) ? mostOfTwoInEight(a, b, c, d, e, f, g, h, loser) : a;
}

/** Four cells of 2x2 voxels in two rows, which may be the same. */
// @ts-ignore: decorator
@inline
function reduceTwo(r0: usize, next: usize, loser: v128): v128 {
  const a = evens(r0);
  const b = odds(r0);
  const c = evens(r0 + next);
  const d = odds(r0 + next);
  const differs = v128.or(v128.xor(a, b), v128.or(v128.xor(a, c), v128.xor(a, d)));
  return v128.any_true(differs) ? mostOfFour(a, b, c, d, loser) : a;
}

/** One cell; `nextX` is 0 where it has one voxel along x. */
function mostOfCell(row: usize, nextX: usize, nextY: usize, nextZ: usize, loser: v128): u32 {
  const r1 = row + nextY;
  const r2 = row + nextZ;
  const r3 = r2 + nextY;
  const most = mostOfEight(
    v128.load32_splat(row), v128.load32_splat(row + nextX), v128.load32_splat(r1), v128.load32_splat(r1 + nextX),
    v128.load32_splat(r2), v128.load32_splat(r2 + nextX), v128.load32_splat(r3), v128.load32_splat(r3 + nextX),
    loser,
  );
  return i32x4.extract_lane(most, 0);
}

// @ts-ignore: decorator
@inline
function evens(row: usize): v128 {
  return v128.shuffle<i32>(v128.load(row), v128.load(row, 16), 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline
function odds(row: usize): v128 {
  return v128.shuffle<i32>(v128.load(row), v128.load(row, 16), 1, 3, 5, 7);
}

// Votes are counted in the negative, as comparisons give them: -2 beats -1.

/**
 * As `mostOfEight`, which takes four times as long: most cells at a boundary have two labels, the smallest and the
 * largest. That there are others shows in the sum of their votes.
 */
// @ts-ignore: decorator
@inline
function mostOfTwoInEight(
  a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, g: v128, h: v128, loser: v128,
): v128 {
  const low = i32x4.min_s(
    i32x4.min_s(i32x4.min_s(a, b), i32x4.min_s(c, d)), i32x4.min_s(i32x4.min_s(e, f), i32x4.min_s(g, h)),
  );
  const high = i32x4.max_s(
    i32x4.max_s(i32x4.max_s(a, b), i32x4.max_s(c, d)), i32x4.max_s(i32x4.max_s(e, f), i32x4.max_s(g, h)),
  );
  const ofLow = among(low, a, b, c, d, e, f, g, h);
  const ofHigh = among(high, a, b, c, d, e, f, g, h);
  if (v128.any_true(i32x4.gt_s(i32x4.add(ofLow, ofHigh), i32x4.splat(-8))))
    return mostOfEight(a, b, c, d, e, f, g, h, loser);
  return winner(low, votesFor(low, ofLow, loser), high, ofHigh);
}

/** The most frequent of four labels, lane by lane. */
// @ts-ignore: decorator
@inline
function mostOfFour(a: v128, b: v128, c: v128, d: v128, loser: v128): v128 {
  const ab = i32x4.eq(a, b);
  const ac = i32x4.eq(a, c);
  const ad = i32x4.eq(a, d);
  const bc = i32x4.eq(b, c);
  const bd = i32x4.eq(b, d);
  const cd = i32x4.eq(c, d);
  let best = a;
  let votes = votesFor(a, i32x4.add(ab, i32x4.add(ac, ad)), loser);
  let more = votesFor(b, i32x4.add(ab, i32x4.add(bc, bd)), loser);
  best = winner(best, votes, b, more);
  votes = i32x4.min_s(votes, more);
  more = votesFor(c, i32x4.add(ac, i32x4.add(bc, cd)), loser);
  best = winner(best, votes, c, more);
  votes = i32x4.min_s(votes, more);
  more = votesFor(d, i32x4.add(ad, i32x4.add(bd, cd)), loser);
  return winner(best, votes, d, more);
}

/** The most frequent of eight labels, lane by lane. */
function mostOfEight(
  a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, g: v128, h: v128, loser: v128,
): v128 {
  let best = a;
  let votes = votesFor(a, among(a, a, b, c, d, e, f, g, h), loser);
  let more = votesFor(b, among(b, a, b, c, d, e, f, g, h), loser);
  best = winner(best, votes, b, more);
  votes = i32x4.min_s(votes, more);
  more = votesFor(c, among(c, a, b, c, d, e, f, g, h), loser);
  best = winner(best, votes, c, more);
  votes = i32x4.min_s(votes, more);
  more = votesFor(d, among(d, a, b, c, d, e, f, g, h), loser);
  best = winner(best, votes, d, more);
  votes = i32x4.min_s(votes, more);
  more = votesFor(e, among(e, a, b, c, d, e, f, g, h), loser);
  best = winner(best, votes, e, more);
  votes = i32x4.min_s(votes, more);
  more = votesFor(f, among(f, a, b, c, d, e, f, g, h), loser);
  best = winner(best, votes, f, more);
  votes = i32x4.min_s(votes, more);
  more = votesFor(g, among(g, a, b, c, d, e, f, g, h), loser);
  best = winner(best, votes, g, more);
  votes = i32x4.min_s(votes, more);
  more = votesFor(h, among(h, a, b, c, d, e, f, g, h), loser);
  return winner(best, votes, h, more);
}

// @ts-ignore: decorator
@inline
function among(v: v128, a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, g: v128, h: v128): v128 {
  const low = i32x4.add(i32x4.add(i32x4.eq(v, a), i32x4.eq(v, b)), i32x4.add(i32x4.eq(v, c), i32x4.eq(v, d)));
  const high = i32x4.add(i32x4.add(i32x4.eq(v, e), i32x4.eq(v, f)), i32x4.add(i32x4.eq(v, g), i32x4.eq(v, h)));
  return i32x4.add(low, high);
}

/** None for the loser. */
// @ts-ignore: decorator
@inline
function votesFor(v: v128, votes: v128, loser: v128): v128 {
  return v128.bitselect(i32x4.splat(1), votes, i32x4.eq(v, loser));
}

/** Of two labels the one with more votes, of equals the smaller one. */
// @ts-ignore: decorator
@inline
function winner(best: v128, votes: v128, v: v128, more: v128): v128 {
  const smaller = v128.and(i32x4.eq(more, votes), i32x4.lt_s(v, best));
  return v128.bitselect(v, best, v128.or(i32x4.lt_s(more, votes), smaller));
}
