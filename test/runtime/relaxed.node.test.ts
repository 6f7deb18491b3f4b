// The inlined relaxed module is what the compiler made, and Node runs it when told to.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { delta } from '../../scripts/build/delta.mjs';
import { applyDelta } from '../../src/runtime/delta.js';
import { numbers } from '../support/slices.js';

const root = new URL('../..', import.meta.url);

describe('a delta', () => {
  const bytes = (n: number, seed: number): Buffer => Buffer.from(Uint8Array.from(numbers(n, seed, 0, 256)));
  const base = bytes(5000, 1);
  const edited = Buffer.concat([base.subarray(700, 1900), bytes(40, 2), base.subarray(0, 650), base.subarray(1907)]);
  const cases: [string, Buffer, Buffer][] = [
    ['nothing', base, Buffer.alloc(0)],
    ['from nothing', Buffer.alloc(0), base],
    ['the same', base, base],
    ['longer', base, Buffer.concat([bytes(3, 3), base, bytes(300, 4)])],
    ['moved, inserted, left out', base, edited],
    ['another file', base, bytes(3000, 5)],
  ];

  it.each(cases)('%s', (_, from, to) => {
    expect(Buffer.from(applyDelta(from, delta(from, to)))).toEqual(to);
  });

  it('is small for files that are alike', () => {
    expect(delta(base, edited).length).toBeLessThan(70);
    const [strict, relaxed] = ['strict', 'relaxed'].map((name) => readFileSync(new URL(`build/${name}.wasm`, root)));
    const difference = delta(strict!, relaxed!);
    expect(difference.length).toBeLessThan(relaxed!.length / 8);
    expect(Buffer.from(applyDelta(strict!, difference))).toEqual(relaxed);
  });
});

it.runIf(process.version.startsWith('v20.'))('Node 20 has relaxed SIMD behind a flag', () => {
  const source = `
    import { full, init, matmul } from 'wasmgrad';
    const info = await init({ simd: 'relaxed', threads: 2 });
    const a = full([200, 200], 0.5);
    for (let i = 0; i < 200; i++) matmul(a, a).dispose();
    console.log(info.simd, info.reason, matmul(a, a).data().every((value) => value === 50));
  `;
  const options = { cwd: root, encoding: 'utf8', timeout: 30_000 } as const;
  const run = (...flags: string[]): string =>
    execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', source], options).trim();
  expect(run('--experimental-wasm-relaxed-simd')).toBe('relaxed undefined true');
  expect(run()).toBe('strict simd: this engine has no relaxed SIMD true');
});
