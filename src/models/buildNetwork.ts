import { knownOptions, show } from '../core/checks.js';
import { ShapeError } from '../core/errors.js';
import { checkShape, shapeText, type Shape } from '../core/shapes.js';
import type { Layer } from '../layers/layer.js';
import { seedWords } from '../tensors/creation.js';
import { makeWeights, type WeightValues } from './initialWeights.js';
import { nameLayers, type Placement } from './naming.js';
import type { NamedLayer, Network } from './network.js';

export interface NetworkOptions {
  /** Shape of one sample, without the batch axis. */
  readonly inputShape: Shape;
  /** Seed of the initial weights. Whole number >= 0, default 0. */
  readonly seed?: number;
}

/** What the first layer that does more than reshape takes for indices. */
function indicesOf(layers: readonly NamedLayer[]): number | undefined {
  return layers.find(({ layer }) => layer.kind !== 'flatten' && layer.kind !== 'reshape')?.layer.indices;
}

/** A shape of sizes >= 1. */
export function checkSampleShape(where: string, shape: unknown): Shape {
  const checked = checkShape(where, shape);
  if (checked.some((size) => size < 1))
    throw new ShapeError(`${where}: expected inputShape of sizes >= 1, got ${shapeText(checked)}`);
  return checked;
}

/** What is known of a network before its layers are named. */
export interface Plan {
  readonly inputShape: Shape;
  readonly placements: readonly Placement[];
  readonly seed: number | undefined;
  readonly inputShapes?: readonly Shape[] | undefined;
  readonly outputShapes?: readonly Shape[] | undefined;
}

/** Names the layers, makes the weights, with `values` in place of the initialisers if given. */
export function buildPlan(where: string, plan: Plan, values?: WeightValues): Network {
  const { inputShape, placements, inputShapes, outputShapes } = plan;
  const seed = seedWords(where, plan.seed);
  const layers = nameLayers(where, inputShape, placements);
  return {
    inputShape,
    outputShape: layers.at(-1)?.outputShape ?? inputShape,
    layers,
    weights: makeWeights(layers, seed, values),
    indices: inputShapes ? undefined : indicesOf(layers),
    inputShapes,
    outputShapes,
  };
}

/** Checks everything, then builds a network of layers in a row. */
export function buildNetwork(options: NetworkOptions, layers: readonly Layer[], values?: WeightValues): Network {
  knownOptions('sequential', options, ['inputShape', 'seed']);
  const inputShape = checkSampleShape('sequential', options.inputShape);
  const list: unknown = layers;
  if (!Array.isArray(list)) throw new TypeError(`sequential: expected an array of layers, got ${show(list)}`);
  const placements = layers.map((layer, i) => ({ layer, inputs: [i] }));
  return buildPlan('sequential', { inputShape, placements, seed: options.seed }, values);
}
