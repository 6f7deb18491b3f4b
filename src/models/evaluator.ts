import type { Loss } from '../losses/index.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { BatchPrograms } from './batchPrograms.js';
import { emitMetrics, type CustomMetric } from './metrics.js';
import { forward, weightTree, type Network } from './network.js';
import { makeObjective } from './objective.js';
import { addPenalties, withCustomPenalties } from './penalties.js';

/** Programs for the loss, penalties included, and the metrics of batches in inference mode. */
export function makeEvaluator(network: Network, loss: Loss, metrics: readonly CustomMetric[]): BatchPrograms {
  const objective = makeObjective('evaluate', network, loss);
  const weights = network.weights.filter(({ trainable }) => trainable); // as in training
  const tree = weightTree(network.weights);
  return new BatchPrograms(network, metrics.length, ({ x, y, lengths, results }) => {
    const pass = forward(objective.layers, tree, x, { training: false, lengths });
    const valid = y.shape.length > 1 ? pass.lengths : undefined;
    const total = withCustomPenalties(objective.loss(pass.output, y, valid), weights, tree);
    call(kernels.copyBytes, total.pointer(), results.pointer(), 4);
    addPenalties(weights, results.pointer());
    emitMetrics(metrics, objective, pass.output, y, valid, results);
  });
}
