// `npm run bench [-- FAMILY ... --long]`: measures, prints tables and bars, writes results/<family>.json and .svg.
// `npm run bench cold`, `busy`, `engines`, `first-step`, `onnx`, `scaling`, `search`, `stream`, `table` or `weights` measures processes,
// browsers, ONNX Runtime Web, growth and searches; see the folders of these names.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { init } from 'wasmgrad';
import { runFamily, type Family, type Results } from './support/family.js';
import { busyWarning, machine } from './support/machine.js';
import { barChart, figure, resultTable } from './support/report.js';
import { barSvg } from './support/svg.js';

const folder = new URL('.', import.meta.url);
const SUFFIX = '.bench.ts';

/** Families by name, in the order in which they are shown. */
function familyNames(): string[] {
  const found = readdirSync(folder)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length));
  const first = ['matmul', 'training', 'inference', 'elementwise'].filter((name) => found.includes(name));
  return [...first, ...found.filter((name) => !first.includes(name)).sort()];
}

function save(results: Results, draw: (results: Results) => string): string {
  const target = new URL('results/', folder);
  mkdirSync(target, { recursive: true });
  writeFileSync(new URL(`${results.family}.json`, target), `${JSON.stringify(results, null, 2)}\n`);
  const picture = new URL(`${results.family}.svg`, target);
  writeFileSync(picture, draw(results));
  return fileURLToPath(picture);
}

function show(results: Results): void {
  const { cases, title, shareOfPeak } = results;
  console.log(`\n${title}\n\n${resultTable(results)}\n\n${barChart(results)}`);
  if (!shareOfPeak) return;
  const peak = cases.reduce((best, each) => (each.peak.best > best.best ? each.peak : best), cases[0]!.peak);
  const [multiply, add, both] = [peak.multiply, peak.add, peak.multiplyAdd].map((rate) => figure(rate / 1e9));
  console.log(
    `  peak, from registers alone: ${figure(peak.best / 1e9)} GFLOP/s (multiply ${multiply} + add ${add}; both in one loop ${both})`,
  );
}

const SCRIPTS: Readonly<Record<string, string>> = {
  cold: 'cold-start/run.mjs',
  busy: 'busy/run.mjs',
  engines: 'engines/run.mjs',
  'first-step': 'first-step/run.mjs',
  onnx: 'onnx/run.ts',
  scaling: 'scaling/run.ts',
  search: 'search/run.ts',
  stream: 'stream/run.mjs',
  table: 'table/run.mjs',
  weights: 'weights/run.mjs',
};

async function main(): Promise<void> {
  const [first = '', ...rest] = process.argv.slice(2);
  const script = SCRIPTS[first];
  if (script !== undefined) {
    const file = fileURLToPath(new URL(script, folder));
    process.exitCode =
      spawnSync(process.execPath, [...process.execArgv, file, ...rest], { stdio: 'inherit' }).status ?? 1;
    return;
  }
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { long: { type: 'boolean' } } });
  const known = familyNames();
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new RangeError(`bench: expected one of ${known.join(', ')}, got '${unknown}'`);
  await init({ threads: 1 });
  const { processor, cores, runtime } = machine();
  console.log(`${processor}, ${cores} cores, ${runtime}`);
  const warning = busyWarning();
  if (warning) console.log(`warning: ${warning}`);
  for (const name of positionals.length > 0 ? positionals : known) {
    const { family } = (await import(new URL(`${name}${SUFFIX}`, folder).href)) as { family: Family };
    const results = runFamily(family, values.long ? 'long' : 'quick', (label) => {
      if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${name}: ${label} `);
    });
    if (process.stdout.isTTY) process.stdout.write('\r\u001b[K');
    const picture = save(results, family.picture ?? barSvg);
    show(results);
    console.log(`  picture: ${picture}`);
  }
}

await main();
