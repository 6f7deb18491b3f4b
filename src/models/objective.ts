// What training minimises: the loss on a batch, fused with the last activation where the two match.
import { callable, show } from '../core/checks.js';
import { ShapeError, refuse } from '../core/errors.js';
import { shapeText } from '../core/shapes.js';
import { fusedLoss, type Loss } from '../losses/index.js';
import { maskedLoss } from '../losses/masked.js';
import { sigmoid } from '../ops/sigmoid.js';
import { softmaxLast } from '../ops/softmax.js';
import { isTensor, type Tensor } from '../tensors/tensor.js';
import type { NamedLayer, Network } from './network.js';

export interface Objective {
  /** The layers to run: the last one without its activation when the loss takes care of it. */
  readonly layers: readonly NamedLayer[];
  /** Scalar loss from what these layers give. Targets past a sequence's length do not count. */
  readonly loss: (output: Tensor, target: Tensor, lengths: Tensor | undefined) => Tensor;
  /** The model's prediction from what these layers give. */
  readonly prediction: (output: Tensor) => Tensor;
}

/** Pairs a network with a loss; softmax with cross-entropy and sigmoid with BCE become one stable kernel. */
export function makeObjective(where: string, { layers }: Network, loss: Loss): Objective {
  callable(where, 'loss', loss);
  const over =
    (own: Loss): Objective['loss'] =>
    (output, target, lengths) =>
      checkScalar(where, 'the loss', lengths ? maskedLoss(own, output, target, lengths) : own(output, target));
  const last = layers.at(-1);
  const name = last?.layer.activation;
  const bare = last?.layer.withoutActivation?.();
  if (last && bare && (name === 'softmax' || name === 'sigmoid')) {
    const fused = fusedLoss(loss, name);
    if (fused)
      return {
        layers: [...layers.slice(0, -1), { ...last, layer: bare }],
        loss: over(fused),
        prediction: name === 'softmax' ? softmaxLast : sigmoid,
      };
  }
  return { layers, loss: over(loss), prediction: (output) => output };
}

/** A scalar that a function of the user's gave. */
export function checkScalar(where: string, what: string, value: unknown): Tensor {
  if (!isTensor(value)) refuse(TypeError, where, `${what} to be a scalar tensor`, show(value));
  if (value.size !== 1 || value.dtype !== 'f32') {
    refuse(ShapeError, where, `${what} to be an f32 scalar`, `${value.dtype} of shape ${shapeText(value.shape)}`);
  }
  return value;
}
