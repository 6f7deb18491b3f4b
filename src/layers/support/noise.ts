import { finiteNumber, knownOptions } from '../../core/checks.js';
import { ShapeError, refuse } from '../../core/errors.js';
import type { Shape } from '../../core/shapes.js';
import type { Tensor } from '../../tensors/tensor.js';
import type { Layer } from '../layer.js';

/** Options of the layers that drop or disturb a share of the values. */
export interface RateOptions {
  /** 0 <= rate < 1. */
  readonly rate: number;
  readonly name?: string | undefined;
}

/** The checked rate. */
export function checkRate(kind: string, options: RateOptions): number {
  knownOptions(kind, options, ['rate', 'name']);
  return finiteNumber(kind, 'rate', options.rate, { min: 0, below: 1 });
}

/** What differs between the layers that are random while training. */
interface Noise {
  /** Whether the layer never changes anything. */
  readonly silent: boolean;
  readonly outputShape?: ((inputShape: Shape) => Shape) | undefined;
  /** The output while training. */
  readonly apply: (x: Tensor, key: Tensor<'i32'>, stream: number) => Tensor;
}

/** A layer that is random while training, by seed, step and layer, and gives its input in prediction. */
export function noiseLayer(
  kind: string,
  options: { readonly name?: string | undefined },
  { silent, outputShape = (inputShape) => inputShape, apply }: Noise,
): Layer {
  return {
    kind,
    name: options.name,
    config: { ...options },
    outputShape,
    apply(_, x, { training, key, stream }) {
      if (!training || silent) return x;
      if (!key) refuse(TypeError, kind, 'a seed when training', 'none');
      return apply(x, key, stream);
    },
  };
}

/** The shape rule of a layer for inputs with `axes` after the batch. */
export const withAxes =
  (kind: string, axes: readonly string[]) =>
  (inputShape: Shape): Shape => {
    if (inputShape.length === axes.length) return inputShape;
    refuse(ShapeError, kind, `input [${['batch', ...axes].join(', ')}]`, ['batch', ...inputShape]);
  };
