// Describes one module by its difference from a similar one. The relaxed module differs from the strict one in a few
// thousand places; described by copies and literal bytes, it takes a tenth of its full size.
//
// Delta: pairs of numbers until `to` is complete (how many literal bytes, how many copied ones and from where: the
// distance from where the last copy ended plus the literals since, zigzag), then all literals in a row. Numbers are
// LEB128. src/runtime/delta.ts puts `to` together again.
const BLOCK = 8;
const MOST_CANDIDATES = 64;
/** Least number of bytes for which a copy is shorter than literals: right after the last copy, and from elsewhere. */
const [SHORTEST_NEXT, SHORTEST_JUMP] = [3, 10];

/** Where each block of BLOCK bytes occurs. */
function blocksOf(from) {
  const blocks = new Map();
  for (let at = 0; at + BLOCK <= from.length; at++) {
    const key = from.toString('latin1', at, at + BLOCK);
    const places = blocks.get(key) ?? [];
    if (places.length < MOST_CANDIDATES) places.push(at);
    blocks.set(key, places);
  }
  return blocks;
}

function commonLength(from, start, to, at) {
  let length = 0;
  while (at + length < to.length && start + length < from.length && from[start + length] === to[at + length]) length++;
  return length;
}

function writeNumber(bytes, value) {
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  bytes.push(value);
}

/** The delta from one buffer to another. */
export function delta(from, to) {
  const blocks = blocksOf(from);
  const commands = [];
  const literals = [];
  let pending = 0;
  let next = 0;
  for (let at = 0; at < to.length;) {
    let start = next;
    let length = commonLength(from, next, to, at);
    for (const place of blocks.get(to.toString('latin1', at, at + BLOCK)) ?? []) {
      const found = commonLength(from, place, to, at);
      if (found > length) [start, length] = [place, found];
    }
    if (length >= (start === next ? SHORTEST_NEXT : SHORTEST_JUMP)) {
      const distance = start - next;
      for (const value of [pending, length, distance < 0 ? -2 * distance - 1 : 2 * distance]) {
        writeNumber(commands, value);
      }
      pending = 0;
      at += length;
      next = start + length;
    } else {
      literals.push(to[at++]);
      pending++;
      next++;
    }
  }
  const head = [];
  writeNumber(head, to.length);
  writeNumber(commands, pending);
  writeNumber(head, commands.length);
  return Buffer.from([...head, ...commands, ...literals]);
}
