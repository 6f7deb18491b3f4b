import { expect, it } from 'vitest';
import { sha256 } from '../../src/io/sha256.js';

it('gives the values of the standard', () => {
  expect(sha256()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')).toBe(
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  );
});

it('agrees with the host for every length around a block, however the bytes are divided', async () => {
  const hexOf = (bytes: ArrayBuffer): string =>
    Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
  for (const length of [0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 1000, 4099]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * i + 7 * i + 3) & 255);
    const expected = hexOf(await crypto.subtle.digest('SHA-256', bytes));
    expect(sha256(bytes)).toBe(expected);
    for (const cut of [1, 63, 64, 65]) expect(sha256(bytes.subarray(0, cut), bytes.subarray(cut))).toBe(expected);
  }
  const halves = Float32Array.of(1, 2, 3);
  expect(sha256(halves.subarray(1))).toBe(sha256(new Uint8Array(halves.buffer, 4, 8)));
});
