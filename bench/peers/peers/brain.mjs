// brain.js: one activation for all layers, squared error, weights changed after every sample; a "step" is one pass over
// the batch. That is not the same computation, but the closest one it offers.
import { createRequire } from 'node:module';
import { batchOf, hasOther, sizeOf } from '../support/data.mjs';

const require = createRequire(import.meta.url);
const { NeuralNetwork } = require('brain.js');

export const label = 'brain.js';
export const { version } = require('brain.js/package.json');

export function build(workload) {
  if (hasOther(workload, ['dense'])) return undefined;
  const { x, y, classes } = batchOf(workload);
  const [{ activation }] = workload.layers;
  const adam = workload.optimizer?.name === 'adam';
  const net = new NeuralNetwork({
    activation,
    learningRate: workload.optimizer?.learningRate ?? 0.1,
    momentum: 0.1, // it rejects 0
    ...(adam ? { praxis: 'adam' } : {}),
  });
  net.sizes = [workload.inputShape[0], ...workload.layers.map(({ units }) => units)];
  net.initialize();
  const size = sizeOf(workload.inputShape);
  const patterns = Array.from({ length: workload.batch }, (_, i) => ({
    input: x.slice(i * size, (i + 1) * size),
    output:
      classes === 1 ? Float32Array.of(y[i]) : Float32Array.from({ length: classes }, (_, j) => Number(j === y[i])),
  }));
  if (workload.kind === 'predict') return () => net.runInput(patterns[0].input);
  return () => {
    let error = 0;
    for (let i = 0; i < patterns.length; i++) error += net.trainPattern(patterns[i], true);
    return error / patterns.length;
  };
}
