import type { Shape } from '../core/shapes.js';
import type { Tensor } from '../tensors/tensor.js';
import type { Network, Weight } from './network.js';

/** A model as training, evaluation and callbacks see it. */
export interface Trainable {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly weights: readonly Weight[];
  /** Whether `dispose()` has been called. */
  readonly disposed: boolean;
  /** @internal */
  readonly network: Network;
  /** Copies of all weights by name. */
  getWeights(): Record<string, Float32Array>;
  /** Sets some or all weights by name, all or nothing. */
  setWeights(values: Readonly<Record<string, Tensor | Float32Array>>): void;
  /** The outputs for a batch, in inference mode. */
  predict(x: Tensor | Float32Array): Tensor;
}
