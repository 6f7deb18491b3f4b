// Trials as users write them: the test imports this module, and so do the workers, from the built package.
import { dense } from 'wasmgrad/layers';
import { binaryCrossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';
import { defineTrials } from 'wasmgrad/selection';

/** @type {(point: { units: number, end?: boolean }, context: { seed: number }) => import('wasmgrad/models').Model} */
function build({ units, end }, { seed }) {
  if (end) globalThis.process.exit(3);
  return sequential({ inputShape: [2], seed }, [
    dense({ units, activation: 'tanh' }),
    dense({ units: 1, activation: 'sigmoid' }),
  ]);
}

export default defineTrials({
  build,
  fit: { loss: binaryCrossEntropy(), optimizer: adam(), epochs: 3, batchSize: 8, metrics: ['accuracy'] },
});
