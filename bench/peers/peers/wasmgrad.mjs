// This library, as built in dist/ of the checkout.
import { readFileSync } from 'node:fs';
import { batchOf, sizeOf } from '../support/data.mjs';

const dist = new URL('../../../dist/', import.meta.url);
const [{ init }, layers, losses, models, optimizers] = await Promise.all(
  ['index', 'layers', 'losses', 'models', 'optimizers'].map((name) => import(new URL(`${name}.js`, dist))),
);
await init({ threads: 1 });

export const label = 'wasmgrad';
export const { version } = JSON.parse(readFileSync(new URL('../package.json', dist), 'utf8'));

export function build(workload) {
  if (workload.layers.some(({ kind }) => !(kind in layers))) return undefined;
  const stack = workload.layers.map(({ kind, ...options }) => layers[kind](options));
  const model = models.sequential({ inputShape: workload.inputShape, seed: 1 }, stack);
  const { x, y, classes } = batchOf(workload);
  if (workload.kind === 'predict') {
    const predictor = model.predictor({ batchSize: workload.batch });
    const input = x.slice(0, workload.batch * sizeOf(workload.inputShape));
    const output = new Float32Array(workload.batch * classes);
    return () => {
      predictor(input, output);
      return output;
    };
  }
  const { name, learningRate } = workload.optimizer;
  const loss = classes === 1 ? losses.binaryCrossEntropy() : losses.crossEntropy();
  const trainer = model.trainer({ loss, optimizer: optimizers[name]({ learningRate }), batchSize: workload.batch });
  const targets = classes === 1 ? Float32Array.from(y) : y;
  return () => trainer.step(x, targets);
}
