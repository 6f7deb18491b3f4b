import { find } from '../page.js';
import { SIZES, type BenchmarkReply, type BenchmarkRequest, type Contender } from './messages.js';
import { drawChart, drawTable, noteOn, type Results } from './results.js';

/** Runs the benchmark on so many threads; `found` hears of each size. */
async function measure(
  threads: number,
  found: (size: number, contenders: readonly Contender[]) => void,
): Promise<void> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  try {
    await new Promise<void>((resolve, reject) => {
      worker.addEventListener('error', ({ message }) => reject(new Error(message)));
      worker.addEventListener('message', ({ data }: MessageEvent<BenchmarkReply>) => {
        if (data.kind === 'size') found(data.size, data.contenders);
        else if (data.kind === 'done') resolve();
        else reject(new Error(data.message));
      });
      const request: BenchmarkRequest = { threads };
      worker.postMessage(request);
    });
  } finally {
    worker.terminate();
  }
}

/** Numbers of threads to measure: one, and as many as there are cores where the page may have them. */
function teams(): number[] {
  const cores = Math.min(8, navigator.hardwareConcurrency);
  return crossOriginIsolated && cores > 1 ? [1, cores] : [1];
}

/** WebAssembly beside plain JavaScript, in this browser. */
export function setUpBenchmark(): void {
  const button = find(HTMLButtonElement, '#measure');
  const status = find(HTMLElement, '#measure-status');
  const results: Results = new Map(SIZES.map((size) => [size, []]));
  const show = (): void => {
    drawChart(find(HTMLElement, '#benchmark-chart'), results, teams());
    drawTable(find(HTMLTableElement, '#benchmark-table'), results, teams());
  };
  const run = async (): Promise<void> => {
    for (const size of SIZES) results.set(size, []);
    show();
    for (const threads of teams()) {
      await measure(threads, (size, contenders) => {
        results.set(size, [...(results.get(size) ?? []), ...contenders]);
        status.textContent = `Measuring … n = ${size}, ${threads} thread${threads === 1 ? '' : 's'}`;
        show();
      });
    }
    status.textContent = `Measured in this browser, just now. Best of five rounds each.${noteOn(results, teams())}`;
  };
  button.addEventListener('click', () => {
    button.disabled = true;
    status.textContent = 'Measuring …';
    run()
      .catch((error: unknown) => (status.textContent = String(error)))
      .finally(() => (button.disabled = false));
  });
  show();
}
