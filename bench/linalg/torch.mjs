// `node bench/linalg/torch.mjs [ROUNDS]`, after `npm run build`: compares lstsq with torch.linalg.lstsq, if that is
// installed (Debian: python3-torch and libopenblas0-pthread; $PYTHON names an interpreter). Both use one thread and
// alternate; the shortest time of a call counts.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { init, lstsq, randomNormal, tensor } from 'wasmgrad';

/** Rows, columns, independent columns. */
const CASES = [
  [20, 3, 3],
  [200, 10, 10],
  [5000, 50, 50],
  [1000, 200, 200],
  [1000, 1000, 1000],
  [5000, 784, 784],
  [5000, 50, 25],
  [1000, 200, 100],
  [5000, 784, 392],
];
const MILLISECONDS = 200;

/** The answers of the other process, line by line; undefined when it has ended. */
function startTorch() {
  const environment = { ...process.env, OPENBLAS_NUM_THREADS: '1' };
  delete environment.OPENBLAS_CORETYPE;
  delete environment.OPENBLAS_L2_SIZE;
  const script = fileURLToPath(new URL('peer.py', import.meta.url));
  const child = spawn(process.env.PYTHON ?? 'python3', [script], {
    env: environment,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => (await lines.next()).value;
  return { child, next };
}

/** Shortest time of one call in milliseconds. */
function measure(a, b) {
  let best = Infinity;
  const end = performance.now() + MILLISECONDS;
  while (performance.now() < end) {
    const start = performance.now();
    lstsq(a, b).dispose();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

function problem(m, n, rank) {
  const normal = randomNormal([m, n], { seed: 1 });
  const values = normal.data();
  normal.dispose();
  const a = tensor(
    values.map((_, i) => values[i - (i % n) + ((i % n) % rank)]),
    [m, n],
  );
  return [a, randomNormal([m], { seed: 2 })];
}

await init({ threads: 1 });
const { child, next } = startTorch();
const hasTorch = (await next()) === 'ready';
if (!hasTorch) console.log('no torch: python3 cannot import it');
const rounds = Number(process.argv[2] ?? 5);
console.log('ms of a call         lstsq     torch   ratio');
for (const [m, n, rank] of CASES) {
  const [a, b] = problem(m, n, rank);
  let [ours, theirs] = [Infinity, Infinity];
  for (let round = 0; round < rounds; round++) {
    ours = Math.min(ours, measure(a, b));
    if (!hasTorch) continue;
    child.stdin.write(`${JSON.stringify({ m, n, rank, milliseconds: MILLISECONDS })}\n`);
    theirs = Math.min(theirs, Number(await next()));
  }
  const name = `${m} x ${n}${rank < n ? ` (${rank})` : ''}`.padEnd(17);
  const figures = [ours, theirs, ours / theirs].map((value) => value.toFixed(3).padStart(9)).join(' ');
  console.log(`${name}${hasTorch ? figures : figures.slice(0, 9)}`);
  a.dispose();
  b.dispose();
}
child.stdin?.end();
