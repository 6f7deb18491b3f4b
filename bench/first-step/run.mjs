// `npm run bench first-step [-- ROUNDS]`: what the first step of a model takes, in a new process and with a second model,
// and how recording grows with depth. The shortest times of several processes count, since other load only adds time.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { deep, networks } from './networks.mjs';

const ROUNDS = Number(process.argv[2] ?? 5);
const script = fileURLToPath(new URL('measure.mjs', import.meta.url));
const measure = (...args) => JSON.parse(execFileSync(process.execPath, [script, ...args], { encoding: 'utf8' }));

/** The first step as a whole; the recording alone. */
const totalOf = ({ recording, run }) => recording + run;
const leastOf = (measured) => measured.reduce((best, one) => (totalOf(one) < totalOf(best) ? one : best));

const cell = (milliseconds) => milliseconds.toFixed(milliseconds < 10 ? 2 : 1).padStart(9);

console.log('milliseconds'.padEnd(17) + ['new process: build', 'recording', 'first step', 'second model: recording', 'first step', 'later steps'].join(' | ')); // prettier-ignore
for (const name of Object.keys(networks)) {
  const rounds = Array.from({ length: ROUNDS }, () => measure(name));
  const [cold, warm] = [leastOf(rounds.map((one) => one.cold)), leastOf(rounds.map((one) => one.warm))];
  const cells = [cold.build, cold.recording, totalOf(cold), warm.recording, totalOf(warm), warm.later];
  console.log(name.padEnd(17) + cells.map(cell).join(' | '));
}
console.log('\nrecording over depth: milliseconds, and microseconds of a layer');
for (const kind of Object.keys(deep)) {
  const cells = Object.entries(measure('depth', kind)).map(
    ([depth, ms]) => `${depth}: ${ms.toFixed(2)} ms, ${((1000 * ms) / Number(depth)).toFixed(0)} us`,
  );
  console.log(`${kind.padEnd(13)} ${cells.join(' | ')}`);
}
