import { dataset } from '../../../src/data/index.js';
import { binaryCrossEntropy } from '../../../src/losses/index.js';
import type { Model } from '../../../src/models/index.js';
import { adam } from '../../../src/optimizers/index.js';
import { inProcess, type Executor, type GridPoint, type TrialTask } from '../../../src/selection/index.js';
import { plane, smallNetwork } from '../support.js';

/** A search for the width and learning rate of a small network. */
export const network = {
  build: ({ units }: { readonly units: number }, context: { readonly seed: number }): Model =>
    smallNetwork(units, context),
  fit: { loss: binaryCrossEntropy(), optimizer: adam(), epochs: 3, batchSize: 8, metrics: ['accuracy'] as const },
  data: plane(32),
  seed: 5,
};

/** An executor that calculates losses and trains nothing, one after the other or out of order. */
export function calculating(loss: (point: GridPoint, task: TrialTask) => number, concurrency = 1): Executor {
  let count = 0;
  return {
    start: () => ({
      concurrency,
      run: async (task) => {
        if (concurrency > 1) for (let i = (count++ * 7) % 5; i > 0; i--) await Promise.resolve();
        return { loss: loss(task.point, task) };
      },
      close: () => undefined,
    }),
  };
}

/** A search in which nothing is trained. */
export const calculated = {
  build: (): never => {
    throw new Error('nothing to build');
  },
  fit: network.fit,
  data: dataset([[0], [1], [2], [3]], [[0], [1], [0], [1]]),
  holdOut: 0.5,
};

/** Runs tasks in this thread, several at a time, and starts them in an order of its own. */
export function outOfOrder(concurrency: number): Executor {
  const inner = inProcess();
  return {
    start: async (search) => {
      const session = await inner.start(search);
      let count = 0;
      return {
        ...session,
        concurrency,
        run: async (task, context) => {
          for (let i = (count++ * 5) % 4; i > 0; i--) await new Promise((resolve) => setTimeout(resolve));
          return session.run(task, context);
        },
      };
    },
  };
}
