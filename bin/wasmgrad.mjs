#!/usr/bin/env node
// `npx wasmgrad bench`: the comparison with plain JavaScript on the machine at hand, from the published package alone.
import { parseArgs } from 'node:util';

const USAGE = `wasmgrad bench [--threads N] [--quick]

Times matrix products and training steps in WebAssembly and in plain JavaScript.

  --threads N   threads of the WebAssembly side (default: one a core)
  --quick       one short round of everything: shows that it works, not how fast`;

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { threads: { type: 'string' }, quick: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  const command = positionals.join(' ');
  if (values.help || command === '') console.log(USAGE);
  else if (command !== 'bench') throw new RangeError(`wasmgrad: expected the command bench, got '${command}'`);
  else {
    const { bench } = await import('./bench.mjs');
    const threads = values.threads === undefined ? 'auto' : Number(values.threads);
    await bench({ threads, quick: values.quick ?? false });
  }
} catch (error) {
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 1;
}
