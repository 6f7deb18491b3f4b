// Compares this build with another one (a built older checkout): `node bench/against/run.mjs ../before [WORK ...]`.
// Both run alternately in one process, so that a slow phase of the machine affects both; the shortest window counts.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { works } from './works.mjs';

const ROUNDS = 150;
const WINDOW_MS = 4;

/** Modules of one build, initialised. */
async function load(folder) {
  const names = ['index', 'data', 'layers', 'losses', 'models', 'optimizers'];
  const modules = await Promise.all(names.map((name) => import(pathToFileURL(resolve(folder, 'dist', `${name}.js`)))));
  const library = Object.fromEntries(names.map((name, i) => [name, modules[i]]));
  await library.index.init({ threads: 1 });
  return library;
}

/** Calls of `run` that take about a window. */
async function callsPerWindow(run) {
  let calls = 1;
  for (;;) {
    const begin = performance.now();
    for (let i = 0; i < calls; i++) await run();
    const time = performance.now() - begin;
    if (time >= WINDOW_MS / 2) return Math.max(1, Math.round((calls * WINDOW_MS) / time));
    calls *= 2;
  }
}

/** Microseconds of one call, over a window. */
async function windowOf({ run, asynchronous }, calls) {
  const begin = performance.now();
  if (asynchronous) for (let i = 0; i < calls; i++) await run();
  else for (let i = 0; i < calls; i++) run();
  return ((performance.now() - begin) * 1000) / calls;
}

const [other, ...wanted] = process.argv.slice(2);
if (!other) throw new TypeError('bench/against: expected the folder of another checkout, built, got none');
const here = await load(new URL('../..', import.meta.url).pathname);
const there = await load(other);
console.log('microseconds of a call, shortest window: here, there, here / there');
for (const [name, make] of Object.entries(works)) {
  if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) continue;
  const sides = [make(here), make(there)];
  const calls = await callsPerWindow(sides[0].run);
  for (const side of sides) await windowOf(side, calls);
  const best = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    const order = round % 2 === 0 ? [0, 1] : [1, 0]; // the order alternates
    for (const i of order) best[i] = Math.min(best[i], await windowOf(sides[i], calls));
  }
  const [mine, theirs] = best;
  console.log(
    `${name.padEnd(34)} ${mine.toFixed(2).padStart(12)} ${theirs.toFixed(2).padStart(12)} ${(mine / theirs).toFixed(3)}`,
  );
}
