// `npm run bench cold`: from the start of a process to the end of its first training step, compared with an empty
// script. Both alternate, and the shortest time counts, since other load can only add time.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROUNDS = Number(process.argv[2] ?? 30);
const BAR = 60;

function start(script) {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const begin = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
  const milliseconds = performance.now() - begin;
  if (status !== 0) throw new Error(stderr);
  return { milliseconds, stdout };
}

let [empty, step] = [{ milliseconds: Infinity }, { milliseconds: Infinity }];
for (let round = 0; round < ROUNDS; round++) {
  const [one, other] = [start('empty.mjs'), start('step.mjs')];
  if (one.milliseconds < empty.milliseconds) empty = one;
  if (other.milliseconds < step.milliseconds) step = other;
}
const above = step.milliseconds - empty.milliseconds;
const figures = Object.entries(JSON.parse(step.stdout)).map(([name, value]) => `${name} ${value.toFixed(1)}`);
console.log(
  `empty ${empty.milliseconds.toFixed(1)} ms, with a training step ${step.milliseconds.toFixed(1)} ms: ` +
    `${above.toFixed(1)} ms above, the bar is ${BAR} (best of ${ROUNDS}; inside: ${figures.join(', ')})`,
);
