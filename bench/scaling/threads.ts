// What more threads would gain, by simulation: a recorded step is cut into pieces as the pool cuts it for so many
// threads (assembly/threads.ts), every piece is timed alone on this thread, and the longest piece of each record counts.
// Caches and memory that several cores would share are not simulated.
import { dense, lstm, type Layer } from '../../src/layers/index.js';
import { crossEntropy } from '../../src/losses/index.js';
import { sequential } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { RECORD_BEGIN, RECORD_BYTES, RECORD_END, RECORD_PIECES } from '../../src/runtime/generated/layout.js';
import { init } from '../../src/runtime/init.js';
import { runtime } from '../../src/runtime/state.js';
import { processorTime } from '../support/measure.js';
import { randomValues } from '../support/random.js';

export const THREADS = [1, 2, 3, 4, 6, 8];

/** Publishing a record and waiting for its pieces, in milliseconds: the upper end of what was measured on two cores. */
const DISPATCH = 0.5e-3;
/** A longer run hardly fits between two disturbances by other programs: its processor time counts. */
const UNDISTURBED = 1.5;
/** Milliseconds of work after which the engine has optimised the kernels. */
const WARM = 500;
/** Pieces of at least this many units begin on a cache line, as in assembly/threads.ts. */
const LONG_PIECE = 512;

export interface Simulated {
  readonly name: string;
  /** Milliseconds of a step, by threads. */
  readonly milliseconds: ReadonlyMap<number, number>;
}

interface Network {
  readonly name: string;
  readonly batch: number;
  readonly inputShape: readonly number[];
  readonly layers: () => readonly Layer[];
}

const classes = (): Layer => dense({ units: 10, activation: 'softmax' });

export const networks: readonly Network[] = [
  {
    name: '784-512-512-10, batch 128',
    batch: 128,
    inputShape: [784],
    layers: () => [dense({ units: 512, activation: 'relu' }), dense({ units: 512, activation: 'relu' }), classes()],
  },
  {
    name: '784-128-10, batch 64',
    batch: 64,
    inputShape: [784],
    layers: () => [dense({ units: 128, activation: 'relu' }), classes()],
  },
  {
    name: 'LSTM 64-256, 50 steps, batch 32',
    batch: 32,
    inputShape: [50, 64],
    layers: () => [lstm({ units: 256 }), classes()],
  },
];

/** Begin and end of each piece of a range. */
function piecesOf(begin: number, end: number, pieces: number): [number, number][] {
  const units = end - begin;
  let chunk = Math.ceil(units / pieces);
  if (chunk >= LONG_PIECE) chunk = (chunk + 15) & ~15;
  const count = Math.ceil(units / chunk);
  return Array.from({ length: count }, (_, i) => [begin + i * chunk, Math.min(begin + (i + 1) * chunk, end)]);
}

/** Milliseconds of a record whose range is cut for so many threads: its longest piece, and the dispatch. */
function timeRecord(record: number, threads: number): number {
  const { heap, wasm } = runtime();
  const cell = (offset: number): number => (record + offset) / 4;
  const allowed = new Uint16Array(heap.memory.buffer)[(record + RECORD_PIECES) / 2] ?? 0;
  const after = record + (heap.i32[cell(RECORD_BYTES)] ?? 0);
  const [begin = 0, end = 0] = [heap.i32[cell(RECORD_BEGIN)], heap.i32[cell(RECORD_END)]];
  const pieces = Math.min(allowed, threads);
  const ranges: [number, number][] = pieces > 1 ? piecesOf(begin, end, pieces) : [[begin, end]];
  const times = ranges.map(([from, to]) => {
    heap.i32.set([from, to], cell(RECORD_BEGIN));
    const [start, used] = [performance.now(), processorTime()];
    wasm.run(record, after);
    const took = performance.now() - start;
    return took > UNDISTURBED ? Math.min(took, processorTime() - used) : took;
  });
  heap.i32.set([begin, end], cell(RECORD_BEGIN));
  return Math.max(...times) + (pieces > 1 ? DISPATCH : 0);
}

/** Lowers the shortest time of each record known so far. */
function timeProgram(begin: number, end: number, threads: number, best: number[]): void {
  let record = begin;
  for (let i = 0; record < end; i++) {
    best[i] = Math.min(best[i] ?? Infinity, timeRecord(record, threads));
    record += runtime().heap.i32[(record + RECORD_BYTES) / 4] ?? 0;
  }
}

function simulate({ name, batch, inputShape, layers }: Network, rounds: number): Simulated {
  const model = sequential({ inputShape, seed: 1 }, layers());
  const trainer = model.trainer({ loss: crossEntropy(), optimizer: adam({ learningRate: 1e-9 }), batchSize: batch });
  const x = randomValues(
    inputShape.reduce((product, size) => product * size, batch),
    1,
  );
  trainer.step(
    x,
    Int32Array.from({ length: batch }, (_, i) => i % 10),
  );
  const { pointer, end } = trainer.programs.get(batch, false, true).program.location;
  for (const until = processorTime() + WARM; processorTime() < until;) timeProgram(pointer, end, 1, []);
  const shortest = THREADS.map((threads) => ({ threads, best: new Array<number>() }));
  for (let round = 0; round < rounds; round++)
    for (const { threads, best } of shortest) timeProgram(pointer, end, threads, best);
  const milliseconds = new Map(
    shortest.map(({ threads, best }) => [threads, best.reduce((total, time) => total + time, 0)]),
  );
  trainer.dispose();
  model.dispose();
  return { name, milliseconds };
}

/** Steps of networks on 1 to 8 threads. The library is loaded a second time, from src/, for its recorded programs. */
export async function simulateThreads(rounds: number, chosen = networks): Promise<Simulated[]> {
  await init({ threads: 2 }); // so that recordings are divided; none of their pieces is given to the second thread
  return chosen.map((network) => simulate(network, rounds));
}
