/**
 * The lookup tables already written to a chunk, so that identical ones are stored once. A table is known
 * by its labels; they stand for ids one to one.
 */
let pool = new Uint32Array(1 << 14);
let poolEnd = 0;
/** Hash slots of entry + 1, and per entry: start and length in the pool, offset in the chunk. */
let slots = new Uint32Array(1 << 12);
let starts = new Uint32Array(1 << 11);
let lengths = new Uint32Array(1 << 11);
let offsets = new Uint32Array(1 << 11);
let entries = 0;

/** What `storeTable` answers; one object, used again, since it is asked for every block. */
const answer = { offset: 0, isNew: false };

/**
 * Offset of the table made of the first `count` labels of `palette`: that of an identical earlier table,
 * or `offset` if there is none. The answer is overwritten by the next call.
 */
export function storeTable(palette: Uint32Array, count: number, offset: number): Readonly<typeof answer> {
  const mask = slots.length - 1;
  let slot = hash(palette, count) & mask;
  for (let entry = slots[slot]!; entry !== 0; entry = slots[slot]!) {
    if (same(entry - 1, palette, count)) {
      answer.offset = offsets[entry - 1]!;
      answer.isNew = false;
      return answer;
    }
    slot = (slot + 1) & mask;
  }
  remember(palette, count, offset);
  slots[slot] = entries;
  answer.offset = offset;
  answer.isNew = true;
  return answer;
}

/** Forgets all tables: call it before a chunk of so many blocks. */
export function clearTables(blocks: number): void {
  entries = 0;
  poolEnd = 0;
  if (starts.length < blocks) {
    const size = 2 ** Math.ceil(Math.log2(blocks));
    starts = new Uint32Array(size);
    lengths = new Uint32Array(size);
    offsets = new Uint32Array(size);
    slots = new Uint32Array(size * 2);
  } else slots.fill(0);
}

function remember(palette: Uint32Array, count: number, offset: number): void {
  if (poolEnd + count > pool.length) {
    const more = new Uint32Array(Math.max(pool.length * 2, poolEnd + count));
    more.set(pool);
    pool = more;
  }
  for (let i = 0; i < count; i++) pool[poolEnd + i] = palette[i]!;
  starts[entries] = poolEnd;
  lengths[entries] = count;
  offsets[entries] = offset;
  poolEnd += count;
  entries++;
}

function same(entry: number, palette: Uint32Array, count: number): boolean {
  if (lengths[entry] !== count) return false;
  const start = starts[entry]!;
  for (let i = 0; i < count; i++) {
    if (pool[start + i] !== palette[i]) return false;
  }
  return true;
}

function hash(palette: Uint32Array, count: number): number {
  let h = count;
  for (let i = 0; i < count; i++) h = Math.imul(h ^ palette[i]!, 0x9e3779b1) ^ (h >>> 13);
  return (h ^ (h >>> 16)) >>> 0;
}
