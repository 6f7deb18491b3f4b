// `npm run bench busy`: threads when the cores are busy. While an endless loop runs on every core, a process with one
// thread and a process with as many threads as cores alternate: how much slower is the latter? Rounds are compared in
// pairs and the median pair counts, because the scheduler distributes time unevenly.
import { spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const ROUNDS = Number(process.argv[2] ?? 9);
const MILLISECONDS = Number(process.argv[3] ?? 1500);
const BAR = 0.9;

const cores = availableParallelism();
const file = fileURLToPath(new URL('work.mjs', import.meta.url));

function rates(threads) {
  const args = [file, String(threads), String(MILLISECONDS)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const loops = Array.from({ length: cores }, () =>
  spawn(process.execPath, ['--eval', 'for (;;);'], { stdio: 'ignore' }),
);
const ratios = {};
try {
  for (let round = 0; round < ROUNDS; round++) {
    // Which goes first alternates, so that a drift of the machine favours neither.
    const first = rates(round % 2 ? cores : 1);
    const second = rates(round % 2 ? 1 : cores);
    const [alone, together] = round % 2 ? [second, first] : [first, second];
    for (const name of Object.keys(alone)) (ratios[name] ??= []).push(together[name] / alone[name]);
  }
} finally {
  for (const loop of loops) loop.kill('SIGKILL');
}
for (const [name, values] of Object.entries(ratios)) {
  values.sort((a, b) => a - b);
  const median = values[Math.floor(values.length / 2)];
  const range = `${values[0].toFixed(2)} to ${values.at(-1).toFixed(2)}`;
  console.log(
    `${name}: ${cores} threads ${median.toFixed(2)} times as fast as one (${range}, ${ROUNDS} pairs), the bar is ${BAR}`,
  );
}
