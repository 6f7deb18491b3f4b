// IEEE floats of 16 bits.

/** From this on, numbers round to infinity. */
const OVERFLOW = 65520;
/** The smallest one of full precision. */
const NORMAL = 2 ** -14;
/** Float64 has a step of 2^-24, the smallest of these numbers, above this one. */
const STEPS = 2 ** 28;

/** Their values, which are exact. */
export function fromHalf(bits: Uint16Array): Float32Array<ArrayBuffer> {
  // The bits in the place of those of a larger type, whose exponents begin 2^112 lower.
  const values = new Float32Array(Int32Array.from(bits, (half) => (half & 0x7fff) << 13).buffer);
  for (let i = 0; i < values.length; i++) {
    const size = values[i]! * 2 ** 112;
    const value = size < 65536 ? size : size === 65536 ? Infinity : NaN;
    values[i] = bits[i]! & 0x8000 ? -value : value;
  }
  return values;
}

/** Rounds to the nearest, ties to even; undefined when a finite number is too large. */
export function toHalf(values: Float32Array): Uint16Array | undefined {
  const halves = new Uint16Array(values.length);
  const words = new Int32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    const word = words[i]! & 0x7fffffff;
    if (size >= OVERFLOW && size < Infinity) return undefined;
    let half = word === 0x7f800000 ? 0x7c00 : 0x7e00; // infinity, or NaN
    if (size < NORMAL) half = (size + STEPS - STEPS) / 2 ** -24;
    else if (size < OVERFLOW) half = ((word + 0xfff + ((word >> 13) & 1)) >> 13) - (112 << 10);
    halves[i] = half | (words[i]! < 0 ? 0x8000 : 0);
  }
  return halves;
}
