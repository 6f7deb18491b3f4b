// SHA-256 (FIPS 180-4). The host's own is asynchronous and missing on pages that are not secure.
import { FormatError, refuse } from '../core/errors.js';

const BLOCK = 64;

/** The first 32 bits of the fractions of the square or cube roots of the first primes, calculated exactly. */
function fractions(count: number, power: 2n | 3n): Int32Array {
  const found: number[] = [];
  for (let n = 2n; found.length < count; n++) {
    let isPrime = true;
    for (let d = 2n; d * d <= n; d++) isPrime &&= n % d !== 0n;
    if (!isPrime) continue;
    // The root of n 2^(32 power), by bisection
    let [low, high] = [0n, n << 32n];
    while (high - low > 1n) {
      const middle = (low + high) >> 1n;
      if (middle ** power <= n << (32n * power)) low = middle;
      else high = middle;
    }
    found.push(Number(BigInt.asIntN(32, low)));
  }
  return Int32Array.from(found);
}

let tables: { readonly start: Int32Array; readonly rounds: Int32Array } | undefined;

function rotated(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** Takes blocks of 64 bytes into the state. `w` is scratch memory. */
function compress(state: Int32Array, view: DataView, blocks: number, w: Int32Array, rounds: Int32Array): void {
  for (let block = 0; block < blocks; block++) {
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(BLOCK * block + 4 * i);
    for (let i = 16; i < BLOCK; i++) {
      const early = w[i - 15]!;
      const late = w[i - 2]!;
      const s0 = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3);
      const s1 = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10);
      w[i] = w[i - 16]! + s0 + w[i - 7]! + s1;
    }
    round(state, w, rounds);
  }
}

function round(state: Int32Array, w: Int32Array, rounds: Int32Array): void {
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let i = 0; i < BLOCK; i++) {
    const s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + rounds[i]! + w[i]!) | 0;
    const s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
  state[5]! += f;
  state[6]! += g;
  state[7]! += h;
}

/** The SHA-256 of parts, one after the other, as 64 hexadecimal digits. */
export function sha256(...parts: readonly (string | ArrayBufferView)[]): string {
  tables ??= { start: fractions(8, 2n), rounds: fractions(BLOCK, 3n) };
  const state = Int32Array.from(tables.start);
  const w = new Int32Array(BLOCK);
  const rest = new Uint8Array(2 * BLOCK);
  let [held, length] = [0, 0];
  for (const part of parts) {
    const view = typeof part === 'string' ? new TextEncoder().encode(part) : part;
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    length += bytes.length;
    const first = held === 0 ? 0 : Math.min(bytes.length, BLOCK - held);
    rest.set(bytes.subarray(0, first), held);
    held += first;
    if (held === BLOCK) {
      compress(state, new DataView(rest.buffer), 1, w, tables.rounds);
      held = 0;
    }
    if (first === bytes.length) continue;
    const blocks = Math.floor((bytes.length - first) / BLOCK);
    compress(state, new DataView(bytes.buffer, bytes.byteOffset + first), blocks, w, tables.rounds);
    const last = bytes.subarray(first + BLOCK * blocks);
    rest.set(last);
    held = last.length;
  }
  rest.fill(0, held);
  rest[held] = 0x80;
  const blocks = held + 9 > BLOCK ? 2 : 1;
  const end = new DataView(rest.buffer);
  end.setBigUint64(BLOCK * blocks - 8, 8n * BigInt(length));
  compress(state, end, blocks, w, tables.rounds);
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** Text that may be a SHA-256. @throws FormatError */
export function checkSha256(where: string, what: string, value: unknown): string {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value;
  refuse(FormatError, where, `${what} as 64 hexadecimal digits`, typeof value);
}
