// What training minimises: the loss on a batch, fused with the last activation where the two match.
import { callable, show } from '../core/checks.js';
import { ShapeError } from '../core/errors.js';
import { shapeText } from '../core/shapes.js';
import { resolveActivation } from '../layers/activations.js';
import { fusedLoss, type Loss } from '../losses/index.js';
import { maskedLoss } from '../losses/masked.js';
import { isTensor, type Tensor } from '../tensors/tensor.js';
import type { NamedLayer, Network } from './network.js';

export interface Objective {
  /** The layers to run: the last one without its activation when the loss takes care of it. */
  readonly layers: readonly NamedLayer[];
  /** Scalar loss from what these layers give. Targets past a sequence's length do not count. */
  loss(output: Tensor, target: Tensor, lengths: Tensor | undefined): Tensor;
  /** The model's prediction from what these layers give. */
  prediction(output: Tensor): Tensor;
}

/** The loss of a batch, over valid steps only where the output has steps. */
function over(loss: Loss, output: Tensor, target: Tensor, lengths: Tensor | undefined): unknown {
  return lengths ? maskedLoss(loss, output, target, lengths) : loss(output, target);
}

/** Pairs a network with a loss; softmax with cross-entropy and sigmoid with BCE become one stable kernel. */
export function makeObjective(where: string, network: Network, loss: Loss): Objective {
  callable(where, 'loss', loss);
  const last = network.layers.at(-1);
  const name = last?.layer.activation;
  const bare = last?.layer.withoutActivation?.();
  const fused = bare && (name === 'softmax' || name === 'sigmoid') ? fusedLoss(loss, name) : undefined;
  if (last && bare && fused && (name === 'softmax' || name === 'sigmoid')) {
    const { apply } = resolveActivation(where, name);
    return {
      layers: [...network.layers.slice(0, -1), { ...last, layer: bare }],
      loss: (output, target, lengths) => checkScalar(where, 'the loss', over(fused, output, target, lengths)),
      prediction: apply,
    };
  }
  return {
    layers: network.layers,
    loss: (output, target, lengths) => checkScalar(where, 'the loss', over(loss, output, target, lengths)),
    prediction: (output) => output,
  };
}

/** A scalar that a function of the user's gave. */
export function checkScalar(where: string, what: string, value: unknown): Tensor {
  if (!isTensor(value)) throw new TypeError(`${where}: expected ${what} to be a scalar tensor, got ${show(value)}`);
  if (value.size !== 1 || value.dtype !== 'f32') {
    throw new ShapeError(
      `${where}: expected ${what} to be an f32 scalar, got ${value.dtype} of shape ${shapeText(value.shape)}`,
    );
  }
  return value;
}
