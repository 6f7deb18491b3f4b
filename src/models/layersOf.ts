// The layers of a model as its user sees them, and models that end at one of them.
import { show } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { isMatch } from '../core/patterns.js';
import type { Shape } from '../core/shapes.js';
import { buildPlan, type WeightSource } from './build.js';
import { weightsOf, type NamedLayer, type Network, type Weight } from './network.js';

/** A layer of a model. */
export interface ModelLayer {
  /** `'dense_1'`; of a model that is a layer, `'model_1/dense_1'` */
  readonly name: string;
  readonly kind: string;
  /** The options that it was made with, if it can be made again from them. */
  readonly config: Readonly<Record<string, unknown>> | undefined;
  /** Shape of a sample of the first input. */
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly weights: readonly Weight[];
  /** Whether training changes any of its weights. */
  readonly trainable: boolean;
}

/** Whether it is a layer of the user's, at its first use. */
function isListed({ shared, layer }: NamedLayer): boolean {
  return !shared && layer.kind !== 'inputPart' && layer.kind !== 'outputRow';
}

/** Every layer once, without those that take rows of several inputs and outputs apart and together. */
export function layersOf(network: Network): ModelLayer[] {
  return network.layers
    .filter(isListed)
    .map(({ name, layer: { kind = 'custom', config }, inputShape, outputShape }) => {
      const weights = weightsOf(network, name);
      return { name, kind, config, inputShape, outputShape, weights, trainable: weights.some((own) => own.trainable) };
    });
}

/** @throws RangeError */
export function unknownLayer(where: string, network: Network, name: unknown): never {
  refuse(RangeError, where, `one of ${layersOf(network).map((layer) => layer.name).join(', ') || 'no layers'}`, show(name)); // prettier-ignore
}

const none: WeightSource = () => () => undefined;

/** The network up to the first output of a layer, or of a model that is a layer. It shares the weights. */
export function upTo(network: Network, name: unknown): Network {
  const { inputShape, inputShapes = [], inputNames, layers, makePorts } = network;
  const end = layers.findLastIndex((layer) => isListed(layer) && typeof name === 'string' && isMatch(name, layer.name));
  if (end < 0) unknownLayer('upTo', network, name);
  const ends = new Set([...inputShapes.keys(), end]);
  for (let i = end; i >= 0; i--) if (ends.has(i)) for (const from of layers[i]?.inputs ?? []) ends.add(from - 1);
  const kept = layers.filter((_, i) => ends.has(i));
  const plan = { inputShape, inputShapes: network.inputShapes, inputNames, makePorts, placements: [] };
  return buildPlan('upTo', plan, none, (placer) => placer.copy(network, [0], '', kept));
}
