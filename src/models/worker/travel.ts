// What `fit` takes along into a worker: what the library itself makes. Refused by name, before anything is done.
import { Dataset } from '../../data/index.js';
import type { Layer } from '../../layers/layer.js';
import { isNamed as isNamedLoss } from '../../losses/loss.js';
import { isNamedSchedule } from '../../optimizers/schedules/named.js';
import type { FitPlan } from '../fitPlan.js';
import { isNamed as isNamedMetric } from '../metrics.js';
import type { Network } from '../network.js';

/** Where a configuration holds a function; one that only made first values does not matter any more. */
function functionIn(config: object): string | undefined {
  for (const [key, value] of Object.entries(config) as [string, unknown][]) {
    if (/initializer$/i.test(key)) continue;
    if (typeof value === 'function') return key;
    const inner = typeof value === 'object' && value !== null ? functionIn(value) : undefined;
    if (inner !== undefined) return `${key}.${inner}`;
  }
  return undefined;
}

function stay(expected: string, got = 'a function of your own'): never {
  throw new TypeError(`fit: with worker: true expected ${expected}, got ${got}`);
}

function checkLayer(name: string, { config, inner }: Layer): void {
  if (!config) stay(`layer '${name}' to be one of wasmgrad/layers, or to have kind and config`, 'one without');
  const own = functionIn(config);
  if (own !== undefined) stay(`${own} of layer '${name}' to be a name`);
  if (inner) checkLayer(name, inner);
}

/** @throws TypeError naming the first thing that cannot be taken along */
export function checkTravel({ data, loss, optimizer, metrics }: FitPlan, { layers, weights }: Network): void {
  const { learningRate } = optimizer;
  if (!(data instanceof Dataset)) stay('data made by dataset(x, y)', 'an iterable of batches');
  if (!isNamedLoss(loss)) stay('loss to be one of wasmgrad/losses');
  if (typeof learningRate === 'function' && !isNamedSchedule(learningRate))
    stay('learningRate to be a number or a schedule of wasmgrad/optimizers');
  for (const metric of metrics) if (!isNamedMetric(metric)) stay(`metric '${metric.name}' to be given by its name`);
  for (const { name, layer } of layers) checkLayer(name, layer);
  for (const { name, regularizer } of weights)
    if (typeof regularizer === 'function') stay(`the regularizer of '${name}' to be l1(...), l2(...) or l1l2(...)`);
}
