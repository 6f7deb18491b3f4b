import { knownOptions, show } from '../core/checks.js';
import { ShapeError, refuse } from '../core/errors.js';
import { checkShape, type Shape } from '../core/shapes.js';
import type { Layer } from '../layers/layer.js';
import { makeWeights, type WeightSource } from './makeWeights.js';
import { placeLayers, type Placement } from './naming.js';
import type { Network } from './network.js';

export interface NetworkOptions {
  /** Shape of one sample, without the batch axis. */
  readonly inputShape: Shape;
  /** Seed of the initial weights. Whole number >= 0, default 0. */
  readonly seed?: number;
}

/** A shape of sizes >= 1. */
export function checkSampleShape(where: string, shape: unknown): Shape {
  const checked = checkShape(where, shape);
  if (checked.some((size) => size < 1)) refuse(ShapeError, where, 'inputShape of sizes >= 1', checked);
  return checked;
}

/** What is known of a network before its layers are named. */
export interface Plan {
  readonly inputShape: Shape;
  readonly placements: readonly Placement[];
  readonly inputShapes?: readonly Shape[] | undefined;
  readonly outputShapes?: readonly Shape[] | undefined;
}

/** Names the layers, then makes the weights. */
export function buildPlan(where: string, plan: Plan, source: WeightSource): Network {
  const { placements, ...shapes } = plan;
  const { inputShape } = shapes;
  const placed = placeLayers(where, inputShape, placements);
  const layers = placed.map(({ named }) => named);
  // What the first layer that does more than reshape takes for indices
  const first = layers.find(({ layer }) => layer.kind !== 'flatten' && layer.kind !== 'reshape');
  const indices = shapes.inputShapes ? undefined : first?.layer.indices;
  const outputShape = layers.at(-1)?.outputShape ?? inputShape;
  return { ...shapes, outputShape, layers, indices, weights: makeWeights(placed, source) };
}

/** Checks everything, then builds a network of layers in a row, with what `weights` makes of the seed. */
export function buildNetwork(
  options: NetworkOptions,
  layers: readonly Layer[],
  weights: (where: string, seed: number | undefined) => WeightSource,
): Network {
  knownOptions('sequential', options, ['inputShape', 'seed']);
  const inputShape = checkSampleShape('sequential', options.inputShape);
  const list: unknown = layers;
  if (!Array.isArray(list)) refuse(TypeError, 'sequential', 'an array of layers', show(list));
  const placements = layers.map((layer, i) => ({ layer, inputs: [i] }));
  return buildPlan('sequential', { inputShape, placements }, weights('sequential', options.seed));
}
