import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/index.js';
import { pack, unpack } from '../../src/selection/index.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

describe('pack', () => {
  it('keeps every value, typed arrays and odd numbers included', () => {
    const value = {
      odd: [NaN, Infinity, -Infinity, -0, 0, 0.1, 1e-310],
      text: 'ü "$" \u0000 日本',
      flags: [true, false, null],
      arrays: [
        Float32Array.of(1.5, NaN, -0),
        Float64Array.of(Math.PI),
        Int32Array.of(-1, 2),
        Uint8Array.of(1, 2, 3),
        new Uint16Array(0),
        Int8Array.of(-128),
        Uint32Array.of(2 ** 32 - 1),
        Int16Array.of(-2),
      ],
      $: { $: [1, '$'] },
      ['__proto__x']: {},
    };
    const back = unpack(pack(value));
    expect(back).toEqual(value);
    expect(Object.is((back as typeof value).odd[3], -0)).toBe(true);
  });

  it('reads bytes at any place, of a view as its part only', () => {
    const view = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    const bytes = pack({ view });
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    expect(unpack(moved.subarray(3))).toEqual({ view: Float32Array.of(2, 3) });
  });

  it('leaves out what is undefined', () => {
    expect(unpack(pack({ a: undefined, b: [undefined, 1] }))).toEqual({ b: [null, 1] });
  });

  it('refuses what is not plain', () => {
    const own: unknown[] = [];
    own.push(own);
    expect(() => pack(own)).toThrow(new TypeError('pack: expected plain data of at most 64 levels, got more'));
    expect(() => pack({ f: () => 1 })).toThrow(
      new TypeError('pack: expected plain data with typed arrays, got a function'),
    );
    expect(() => pack(new Map())).toThrow(typed(TypeError, /^pack: expected plain data with typed arrays, got /));
    expect(() => pack(3n)).toThrow(new TypeError('pack: expected plain data with typed arrays, got 3n'));
  });

  it('refuses bytes that it did not make, wherever they are cut or changed', () => {
    const bytes = pack({ a: Float32Array.of(1, 2), b: 'text' });
    for (let length = 0; length < bytes.length; length++)
      expect(() => unpack(bytes.slice(0, length))).toThrow(
        typed(FormatError, /^unpack: expected bytes made by pack, got /),
      );
    const longer = new Uint8Array(bytes.length + 8);
    longer.set(bytes);
    expect(() => unpack(longer)).toThrow(typed(FormatError, /belong to nothing$/));
    const lying = (text: string): Uint8Array => {
      const made = pack(text); // a text of the same length in place of the header
      const head = new TextEncoder().encode(text);
      const whole = new Uint8Array(Math.ceil((8 + head.length) / 8) * 8);
      whole.set(made.subarray(0, 4));
      new DataView(whole.buffer).setUint32(4, head.length, true);
      whole.set(head, 8);
      return whole;
    };
    expect(() => unpack(lying('{"$":["Float32Array",1e9]}'))).toThrow(typed(FormatError, /too few bytes/));
    expect(() => unpack(lying('{"$":["Float32Array",-1]}'))).toThrow(typed(FormatError, /an array of -1/));
    expect(() => unpack(lying('{"$":["Map",0]}'))).toThrow(typed(FormatError, /an array of 0 'Map'/));
    expect(() => unpack(lying('{"$":3}'))).toThrow(typed(FormatError, /got 3$/));
    expect(() => unpack(wrong('text'))).toThrow(new TypeError("unpack: expected a Uint8Array, got 'text'"));
  });
});
