// Times matrix products; one worker for each number of threads, since a worker starts its runtime once.
import { init, matmul, randomUniform } from 'wasmgrad';
import { multiply } from '../../bin/plain.mjs';
import { SIZES, type BenchmarkReply, type BenchmarkRequest, type Contender } from './messages.js';

const ROUNDS = 5;
const ROUND = 60;

/** Seconds a call, for each contender the best of several rounds in turns, so that a busy moment meets all. */
function race(contenders: readonly (() => void)[]): number[] {
  const best = contenders.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++) {
    contenders.forEach((run, i) => {
      const start = performance.now();
      let [calls, elapsed] = [0, 0];
      while (elapsed < ROUND) {
        run();
        calls++;
        elapsed = performance.now() - start;
      }
      best[i] = Math.min(best[i]!, elapsed / calls / 1000);
    });
  }
  return best;
}

function compare(size: number, threads: number): Contender[] {
  const [a, b] = [randomUniform([size, size], { seed: 1 }), randomUniform([size, size], { seed: 2 })];
  const [x, y, z] = [a.data(), b.data(), new Float32Array(size * size)];
  const wasm = (): void => matmul(a, b).dispose();
  const plain = (): void => multiply(x, y, z, size, size, size);
  const alone = threads === 1;
  const gflops = race(alone ? [wasm, plain] : [wasm]).map((seconds) => (2e-9 * size ** 3) / seconds);
  a.dispose();
  b.dispose();
  const name = `WebAssembly, ${threads} thread${alone ? '' : 's'}`;
  return gflops.map((value, i) =>
    i === 0 ? { name, plain: false, gflops: value } : { name: 'JavaScript', plain: true, gflops: value },
  );
}

function report(reply: BenchmarkReply): void {
  self.postMessage(reply);
}

async function run(wanted: number): Promise<void> {
  const { threads } = await init({ threads: wanted });
  if (threads === wanted) {
    for (const size of SIZES) report({ kind: 'size', size, contenders: compare(size, threads) });
  }
  report({ kind: 'done' });
}

self.addEventListener('message', ({ data }: MessageEvent<BenchmarkRequest>) => {
  run(data.threads).catch((error: unknown) => report({ kind: 'failed', message: String(error) }));
});
