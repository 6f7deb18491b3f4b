// Trials as users write them. A point with `wait` takes so many milliseconds for each fold.
import { dense } from 'wasmgrad/layers';
import { binaryCrossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';
import { defineTrials } from 'wasmgrad/selection';

/** @type {(point: { units: number, wait?: number, end?: boolean }, context: { seed: number }) => Promise<import('wasmgrad/models').Model>} */
async function build({ units, wait = 0, end }, { seed }) {
  if (globalThis.process.env.PRINT_TASKS) console.log('task begun');
  if (end) globalThis.process.exit(3);
  await new Promise((resolve) => setTimeout(resolve, wait));
  return sequential({ inputShape: [2], seed }, [
    dense({ units, activation: 'tanh' }),
    dense({ units: 1, activation: 'sigmoid' }),
  ]);
}

export default defineTrials({
  build,
  fit: { loss: binaryCrossEntropy(), optimizer: adam(), epochs: 3, batchSize: 8, metrics: ['accuracy'] },
});
