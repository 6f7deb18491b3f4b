// Node runs the relaxed module when told to.
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

const root = new URL('../..', import.meta.url);

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
