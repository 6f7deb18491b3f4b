// Ways in which files get damaged.

type Random = (below: number) => number;
type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => Array.from(part)));
}

/** A part of the file, from where to where. */
function part(bytes: Uint8Array, random: Random): [number, number] {
  const begin = random(bytes.length);
  return [begin, begin + 1 + random(Math.min(16, bytes.length - begin))];
}

function flipBits(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice();
  for (let flips = 1 + random(3); flips > 0; flips--) copy[random(copy.length)]! ^= 1 << random(8);
  return copy;
}

function setBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice();
  for (let changes = 1 + random(8); changes > 0; changes--) copy[random(copy.length)] = random(256);
  return copy;
}

/** Another digit for one, so that the text stays JSON or CSV, or another letter for one. */
function changeText(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice();
  for (let tries = 0; tries < 1000; tries++) {
    const at = random(copy.length);
    const code = copy[at]!;
    const [first, count] = code >= 48 && code <= 57 ? [48, 10] : [97, 26];
    if (code < first || code >= first + count) continue;
    copy[at] = first + random(count);
    break;
  }
  return copy;
}

const mutations: readonly Mutation[] = [
  flipBits,
  setBytes,
  changeText,
  changeText,
  (bytes, random) => bytes.slice(0, random(bytes.length)),
  (bytes, random) => {
    const [begin, end] = part(bytes, random);
    return joined(bytes.subarray(0, begin), bytes.subarray(end));
  },
  (bytes, random) => {
    const [begin, end] = part(bytes, random);
    return joined(bytes.subarray(0, end), bytes.subarray(begin));
  },
  (bytes, random) => {
    const [begin, end] = part(bytes, random);
    return bytes.slice().copyWithin(random(bytes.length), begin, end);
  },
  (bytes, random) => {
    const [begin, end] = part(bytes, random);
    return bytes.slice().fill([0, 32, 255][random(3)] ?? 0, begin, end);
  },
  (bytes, random) =>
    joined(
      bytes,
      Uint8Array.from({ length: 1 + random(9) }, () => random(256)),
    ),
];

/** A file damaged in one of these ways, or in several. */
export function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  let damaged = bytes;
  for (let times = random(4) === 0 ? 2 : 1; times > 0; times--) {
    const mutation = mutations[random(mutations.length)];
    if (mutation && damaged.length > 0) damaged = mutation(damaged, random);
  }
  return damaged;
}
