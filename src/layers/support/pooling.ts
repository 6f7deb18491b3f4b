import { flag, knownOptions } from '../../core/checks.js';
import { checkPool, poolWindow, type PoolOptions } from '../../ops/support/pooling.js';
import type { ReduceOptions } from '../../ops/support/reduction.js';
import type { Tensor } from '../../tensors/tensor.js';
import type { Layer } from '../layer.js';
import { imageSizes } from './convolving.js';

export interface PoolLayerOptions extends PoolOptions {
  readonly name?: string | undefined;
}

/** A pool as a layer. */
export function poolLayer(
  kind: string,
  options: PoolLayerOptions,
  pool: (x: Tensor, options: PoolOptions) => Tensor,
): Layer {
  knownOptions(kind, options, ['poolSize', 'strides', 'padding', 'name']);
  const { name, ...window } = options;
  checkPool(kind, window);
  return {
    kind,
    name,
    config: { ...options },
    outputShape(inputShape) {
      const [height, width, channels] = imageSizes(kind, inputShape);
      return [...poolWindow(kind, [height, width], window).output, channels];
    },
    apply: (_, x) => pool(x, window),
  };
}

export interface GlobalPoolOptions {
  /** Whether to keep height and width as axes of size 1. Default false. */
  readonly keepDims?: boolean | undefined;
  readonly name?: string | undefined;
}

/** A reduction over the image plane as a layer. */
export function globalPoolLayer(
  kind: string,
  options: GlobalPoolOptions,
  reduce: (x: Tensor, options: ReduceOptions) => Tensor,
): Layer {
  knownOptions(kind, options, ['keepDims', 'name']);
  const keepDims = flag(kind, 'keepDims', options.keepDims ?? false);
  return {
    kind,
    name: options.name,
    config: { ...options },
    outputShape(inputShape) {
      const [, , channels] = imageSizes(kind, inputShape);
      return keepDims ? [1, 1, channels] : [channels];
    },
    apply: (_, x) => reduce(x, { axis: [1, 2], keepDims }),
  };
}
