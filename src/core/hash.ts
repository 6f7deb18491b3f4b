// A hash of 128 bits that tells damage from what was written. It is no protection against someone who writes a new hash.
const LANES = 4;
const WORD = 4;

/** Odd numbers without a pattern, one for each lane: the fractions of pi and of the square roots of 2, 3 and 5. */
const FACTORS = [0x243f6a89, 0x6a09e667, 0xbb67ae85, 0x3c6ef373];

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** A product in which high bits of the word count for low ones, too. */
function mixed(word: number, factor: number): number {
  return Math.imul(word ^ (word >>> 15), factor);
}

/** Words of 32 bits, little-endian; what is missing of the last one is 0. */
function wordsOf(data: ArrayBufferView): Int32Array {
  const { buffer, byteOffset, byteLength } = data;
  if (byteOffset % WORD === 0 && byteLength % WORD === 0) return new Int32Array(buffer, byteOffset, byteLength / WORD);
  const padded = new Uint8Array(Math.ceil(byteLength / WORD) * WORD);
  padded.set(new Uint8Array(buffer, byteOffset, byteLength));
  return new Int32Array(padded.buffer);
}

/**
 * Takes words into the state, four at a time, with zeros after the last one. Each step can be undone when the words are
 * known, so that contents which differ in one word never have the same hash.
 */
function absorb(state: Int32Array, words: Int32Array): void {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  const [p = 1, q = 1, r = 1, s = 1] = FACTORS;
  const whole = words.length - (words.length % LANES);
  for (let i = 0; i < whole; i += LANES) {
    a = mixed(a ^ words[i]!, p);
    b = mixed(b ^ words[i + 1]!, q);
    c = mixed(c ^ words[i + 2]!, r);
    d = mixed(d ^ words[i + 3]!, s);
    a = (a + rotated(b, 7)) | 0;
    b = (b + rotated(c, 13)) | 0;
    c = (c + rotated(d, 17)) | 0;
    d = (d + rotated(a, 22)) | 0;
  }
  state.set([a, b, c, d]);
  if (whole === words.length) return;
  const last = new Int32Array(LANES);
  last.set(words.subarray(whole));
  absorb(state, last);
}

/**
 * The hash of a text and of numbers, as 32 hexadecimal digits: the same on every machine. The text should say how many
 * numbers there are, since zeros at the end of one array do not count.
 */
export function hashOf(text: string, ...data: readonly ArrayBufferView[]): string {
  const state = Int32Array.from(FACTORS);
  const bytes = new TextEncoder().encode(text);
  absorb(state, Int32Array.of(bytes.length));
  for (const part of [bytes, ...data]) absorb(state, wordsOf(part));
  absorb(state, new Int32Array(8 * LANES)); // mixes the last words into all lanes
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
