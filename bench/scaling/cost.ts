// How the cost of a training step grows: its processor time, the memory that a model and its recorded step take, and
// the time of the first step, which records it. Each axis changes one size of a network.
import { memory } from 'wasmgrad';
import { dense, lstm, type Layer } from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';
import { processorTime } from '../support/measure.js';
import { randomValues } from '../support/random.js';

interface Network {
  readonly batch: number;
  readonly inputShape: readonly number[];
  readonly layers: readonly Layer[];
}

export interface Axis {
  readonly name: string;
  readonly of: string;
  readonly values: readonly number[];
  readonly network: (value: number) => Network;
}

export interface Cost {
  readonly value: number;
  /** Milliseconds of a step. */
  readonly step: number;
  /** Milliseconds by which the first step takes longer. */
  readonly recording: number;
  /** Bytes. */
  readonly memory: number;
}

const hidden = (units: number, count: number): Layer[] =>
  Array.from({ length: count }, () => dense({ units, activation: 'relu' }));
const classes = (): Layer => dense({ units: 10, activation: 'softmax' });

export const axes: readonly Axis[] = [
  {
    name: 'depth',
    of: 'hidden layers of 64 units, batch 32',
    values: [2, 5, 10, 25, 50, 100],
    network: (depth) => ({ batch: 32, inputShape: [64], layers: [...hidden(64, depth), classes()] }),
  },
  {
    name: 'width',
    of: 'units of two hidden layers, batch 32',
    values: [32, 64, 128, 256, 512, 1024],
    network: (width) => ({ batch: 32, inputShape: [width], layers: [...hidden(width, 2), classes()] }),
  },
  {
    name: 'batch',
    of: 'rows of a batch, 784-128-10',
    values: [1, 8, 32, 128, 512],
    network: (batch) => ({ batch, inputShape: [784], layers: [...hidden(128, 1), classes()] }),
  },
  {
    name: 'length',
    of: 'steps of sequences, LSTM 16-64, batch 16',
    values: [10, 25, 50, 100, 200],
    network: (length) => ({ batch: 16, inputShape: [length, 16], layers: [lstm({ units: 64 }), classes()] }),
  },
];

/** Milliseconds of processor time, which other programs disturb less than the time on the clock. */
function timeOf(body: () => void): number {
  const start = processorTime();
  body();
  return processorTime() - start;
}

/** Milliseconds of work after which the engine has optimised the kernels. */
const WARM = 60;

/** One new model: its first step, its memory, and the shortest of the windows of steps that follow. */
function measureOnce({ batch, inputShape, layers }: Network): Omit<Cost, 'value'> {
  const x = randomValues(
    inputShape.reduce((product, size) => product * size, batch),
    1,
  );
  const y = Int32Array.from({ length: batch }, (_, i) => i % 10);
  const before = memory().used;
  const model = sequential({ inputShape, seed: 1 }, layers);
  const trainer = model.trainer({ loss: crossEntropy(), optimizer: adam({ learningRate: 1e-9 }), batchSize: batch });
  const step = (): void => void trainer.step(x, y);
  const first = timeOf(step);
  const bytes = memory().used - before;
  const once = Math.max(timeOf(step), 0.01);
  const times = Math.max(1, Math.ceil(2 / once));
  const window = (): number => timeOf(() => { for (let i = 0; i < times; i++) step(); }) / times; // prettier-ignore
  let best = window();
  for (const end = processorTime() + WARM; processorTime() < end;) best = Math.min(best, window());
  trainer.dispose();
  model.dispose();
  return { step: best, recording: Math.max(0, first - best), memory: bytes };
}

/** The cost at every value of an axis; of several models the shortest times count. */
export function measureAxis({ values, network }: Axis, rounds: number): Cost[] {
  const costs = new Map<number, Cost>();
  for (let round = 0; round < rounds; round++) {
    for (const value of values) {
      const cost = measureOnce(network(value));
      const known = costs.get(value);
      const least = (which: 'step' | 'recording'): number => Math.min(cost[which], known?.[which] ?? Infinity);
      costs.set(value, { value, step: least('step'), recording: least('recording'), memory: cost.memory });
    }
  }
  return [...costs.values()];
}
