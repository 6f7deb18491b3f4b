import { expect, test } from 'vitest';
import { fromHalf, toHalf } from '../../src/io/half.js';

/** The value of a half by its definition. */
function value(half: number): number {
  const [sign, exponent, fraction] = [half & 0x8000 ? -1 : 1, (half >> 10) & 31, half & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? (fraction / 1024) * 2 ** -14 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

const all = Uint16Array.from({ length: 65536 }, (_, i) => i);

test('all 65536 halves have the values of the definition, and are written as they were read', () => {
  const values = fromHalf(all);
  expect(all.findIndex((half) => !Object.is(values[half], value(half)))).toBe(-1);
  const again = toHalf(values);
  expect(all.findIndex((half) => again?.[half] !== (Number.isNaN(values[half]) ? 0x7e00 : half) && !Number.isNaN(values[half]))).toBe(-1); // prettier-ignore
  expect(Number.isNaN(fromHalf(toHalf(Float32Array.of(NaN)) ?? all)[0])).toBe(true);
});

test('numbers between two halves become the nearer one, in the middle the even one', () => {
  for (let half = 0; half < 0x7bff; half++) {
    const [low, high] = [value(half), value(half + 1)];
    const middle = (low + high) / 2;
    const numbers = Float32Array.of(middle, middle - (high - low) / 8, middle + (high - low) / 8);
    expect(Array.from(toHalf(numbers) ?? [])).toEqual([half + (half & 1), half, half + 1]);
    expect(Array.from(toHalf(numbers.map((number) => -number)) ?? [])).toEqual(
      [half + (half & 1), half, half + 1].map((bits) => bits | 0x8000),
    );
  }
});

test('what rounds to infinity is refused, infinity is not', () => {
  const under = Math.fround(65519.996);
  expect(toHalf(Float32Array.of(under, -under))).toEqual(Uint16Array.of(0x7bff, 0xfbff));
  expect(toHalf(Float32Array.of(1, 65520))).toBeUndefined();
  expect(toHalf(Float32Array.of(-3e38))).toBeUndefined();
  expect(toHalf(Float32Array.of(Infinity, -Infinity))).toEqual(Uint16Array.of(0x7c00, 0xfc00));
  expect(toHalf(Float32Array.of(1e-45, -1e-45, 2 ** -25, 2 ** -25 * 1.5))).toEqual(Uint16Array.of(0, 0x8000, 0, 1));
  expect(toHalf(new Float32Array())).toEqual(new Uint16Array());
});
