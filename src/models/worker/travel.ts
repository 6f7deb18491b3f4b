// What `fit` takes along into a worker: what the library itself makes. Refused by name, before anything is done.
import { Dataset, type BatchSource } from '../../data/index.js';
import type { Layer } from '../../layers/layer.js';
import { isNamed as isNamedLoss, type Loss } from '../../losses/loss.js';
import type { Optimizer } from '../../optimizers/index.js';
import { isNamedSchedule } from '../../optimizers/schedules/named.js';
import { isNamed as isNamedMetric, type CustomMetric } from '../metrics.js';
import type { InferenceModel } from '../inferenceModel.js';

function refuse(what: string, expected: string, got: string): never {
  throw new TypeError(`fit: with worker: true expected ${what} ${expected}, got ${got}`);
}

/** The name of a function, for a message. */
function named({ name }: { readonly name: string }): string {
  return name ? `the function '${name}'` : 'a function of your own';
}

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

function checkLayer(name: string, { config, inner }: Layer): void {
  if (config === undefined)
    refuse(`layer '${name}'`, 'to be one of wasmgrad/layers, or to have kind and config', 'a custom layer without');
  const own = functionIn(config);
  if (own !== undefined) refuse(`${own} of layer '${name}'`, 'to be a name', 'a function of your own');
  if (inner) checkLayer(name, inner);
}

function checkOptimizer({ name, learningRate }: Optimizer): void {
  if (!['sgd', 'adagrad', 'rmsprop', 'adam', 'adamw'].includes(name))
    refuse('the optimizer', 'to be one of wasmgrad/optimizers', `'${name}'`);
  if (typeof learningRate === 'function' && !isNamedSchedule(learningRate))
    refuse('learningRate', 'to be a number or a schedule of wasmgrad/optimizers', named(learningRate));
}

/** What of a plan has to travel. */
export interface Luggage {
  readonly data: Dataset | BatchSource;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly metrics: readonly CustomMetric[];
}

/** @throws TypeError naming the first thing that cannot be taken along */
export function checkTravel({ network }: InferenceModel, { data, loss, optimizer, metrics }: Luggage): void {
  if (!(data instanceof Dataset)) refuse('data', 'made by dataset(x, y)', 'an iterable of batches');
  if (!isNamedLoss(loss)) refuse('loss', 'to be one of wasmgrad/losses', named(loss));
  checkOptimizer(optimizer);
  for (const metric of metrics)
    if (!isNamedMetric(metric)) refuse(`metric '${metric.name}'`, 'to be given by its name', 'a function of your own');
  for (const { name, layer } of network.layers) checkLayer(name, layer);
  for (const { name, regularizer } of network.weights)
    if (typeof regularizer === 'function')
      refuse(`the regularizer of '${name}'`, 'to be l1(...), l2(...) or l1l2(...)', named(regularizer));
}
