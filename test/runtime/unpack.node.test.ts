// Packed modules are what the compiler made.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pack } from '../../scripts/build/pack.mjs';
import * as groups from '../../src/runtime/generated/groups.js';
import { text as relaxedCore } from '../../src/runtime/generated/relaxed-core.js';
import { unpack } from '../../src/runtime/unpack.js';
import { strictBytes } from '../support/modules.js';
import { numbers } from '../support/slices.js';

const file = (name: string): Buffer => readFileSync(new URL(`../../build/${name}.wasm`, import.meta.url));

describe('an inlined module is the one that the compiler made', () => {
  it.each(Object.entries(groups))('%s', (name, group) => {
    const strict = strictBytes(group);
    expect(Buffer.from(strict).equals(file(`strict-${name}`))).toBe(true);
    const relaxed = group === groups.core ? relaxedCore : group.relaxed;
    if (relaxed !== undefined) expect(Buffer.from(unpack(relaxed, strict)).equals(file(`relaxed-${name}`))).toBe(true);
  });
});

describe('packing', () => {
  const bytes = (n: number, seed: number): Buffer => Buffer.from(Uint8Array.from(numbers(n, seed, 0, 256)));
  const some = bytes(3000, 1);
  const edited = Buffer.concat([some.subarray(700, 1900), bytes(40, 2), some.subarray(0, 650), some.subarray(1907)]);
  const cases: [string, Buffer, Buffer][] = [
    ['nothing', Buffer.alloc(0), Buffer.alloc(0)],
    ['nothing after something', some, Buffer.alloc(0)],
    ['one byte', Buffer.alloc(0), Buffer.of(255)],
    ['random bytes', Buffer.alloc(0), some],
    ['zeros', Buffer.alloc(0), Buffer.alloc(2000)],
    ['ones and zeros', Buffer.of(1), Buffer.from(Uint8Array.from(numbers(2000, 3, 0, 2)))],
    ['the same as before', some, some],
    ['longer', some, Buffer.concat([bytes(3, 4), some, bytes(300, 5)])],
    ['moved, inserted, left out', some, edited],
    ['other bytes', some, bytes(3000, 6)],
  ];

  it.each(cases)('%s', (_, before, content) => {
    const text = pack(content, before);
    expect(text).toMatch(/^[#-;=-[\]-~]*$/);
    expect(Buffer.from(unpack(text, before)).equals(content)).toBe(true);
  });

  it('finds what is alike, and what repeats', () => {
    expect(pack(edited, some).length).toBeLessThan(90);
    expect(pack(Buffer.alloc(2000)).length).toBeLessThan(20);
  });
});
