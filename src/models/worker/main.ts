// The whole of a training worker: bundled by the build into a text (src/runtime/generated/training-worker.ts), because a
// worker file of its own is lost by several bundlers and refused from another origin. Nothing else imports it.
import { copy } from '../../data/rowStore.js';
import type { WorkerPort } from '../../runtime/worker.js';
import { turns } from '../turns.js';
import { makeRunner } from './batchRunner.js';
import type { Abort, FromWorker, Run, Setup, ToWorker } from './messages.js';

/** Without memory to share an abort is a message, for which there is a pause so often. */
const LISTENING_MS = 3;

declare const port: WorkerPort<FromWorker, ToWorker>;

let aborted = false;

/** What answers all that follows the setup. */
function makeWork(setup: Setup): (message: Exclude<ToWorker, Setup | Abort>) => unknown {
  const { sets, abort } = setup;
  const stopped = (): boolean => aborted || (abort !== undefined && Atomics.load(abort, 0) !== 0);
  const rest = turns(LISTENING_MS);
  const {
    memory: { buffer },
    run,
  } = makeRunner(setup);
  const [i32, f32, f64] = [new Int32Array(buffer), new Float32Array(buffer), new Float64Array(buffer)];
  const arrays = sets.map(({ values }) =>
    values.map((given) => (typeof given === 'number' ? new Int32Array(given) : given)),
  );
  const targets = [i32, ...arrays.flat()];
  let failed = false;

  /** The results of the batches up to the first that fails; none after it. */
  const runBatches = async ({ set, order, batchSize, cells }: Run): Promise<FromWorker> => {
    const began = performance.now();
    const results: number[] = [];
    let written = 0;
    for (let begin = 0; begin < order.length && !failed && !stopped(); begin += batchSize) {
      const end = Math.min(begin + batchSize, order.length);
      const program = sets[set]?.programs.find(({ rows }) => rows === end - begin);
      failed = !program || written >= (cells?.values.length ?? Infinity);
      if (!program || failed) break;
      for (const cell of cells?.at ?? []) f64[cell] = cells?.values[written++] ?? NaN;
      arrays[set]?.forEach((from, k) => {
        copy(from, sets[set]?.widths[k] ?? 0, order, begin, end, i32, program.targets[k] ?? 0);
      });
      failed = run(program) !== 0;
      const [at, count] = program.results;
      if (!failed) results.push(...f32.subarray(at, at + count));
      if (!abort) await rest(); // else nothing that is said meanwhile is heard
    }
    return { kind: 'results', results: Float32Array.from(results), seconds: (performance.now() - began) / 1000 };
  };

  return async (message) => {
    if (message.kind === 'write') targets[message.target]?.set(message.cells, message.at);
    else if (message.kind === 'run') port.postMessage(await runBatches(message));
    else {
      const state = message.regions.map(([at, count]) => i32.slice(at, at + count));
      port.postMessage({ kind: 'state', state }, state.map((cells) => cells.buffer)); // prettier-ignore
    }
  };
}

let work: ReturnType<typeof makeWork> | undefined;

/** What has been asked for so far, done one after the other. */
let done: Promise<unknown> = Promise.resolve();

function receive(message: ToWorker): void {
  if (message.kind === 'abort') aborted = true;
  else if (message.kind === 'setup') work = makeWork(message);
  else {
    // An error ends the worker, which the page hears of; that of a promise would not in browsers.
    const failed = (error: unknown): unknown => setTimeout(() => { throw error; }); // prettier-ignore
    done = done.then(() => work?.(message)).then(undefined, failed);
  }
}

port.onmessage = ({ data }) => receive(data);
