import { refuse, ShapeError } from '../core/errors.js';
import { leaves } from '../core/trees.js';
import type { RecurrentState } from '../layers/layer.js';
import { seedWords, tensor } from '../tensors/creation.js';
import { scoped } from '../tensors/scope.js';
import { isTensor, type Tensor } from '../tensors/tensor.js';
import { checkLengths, toBatch, type ModelInput } from './inputs.js';
import { forward, type Network, type WeightTree } from './network.js';

export interface ApplyOptions {
  /** Default false: inference mode. */
  readonly training?: boolean;
  /** Valid steps of each sequence. */
  readonly lengths?: ArrayLike<number>;
  /** Seed of dropout, needed when training with dropout. */
  readonly seed?: number;
  /** States of the recurrent layers to start from; with it (an empty array for zeros) the states come back too. */
  readonly state?: readonly RecurrentState[];
}

/** The network as a function of its weights: the output, and the states when there is one to start from. */
export function applyNetwork(
  where: string,
  { inputShape, layers }: Network,
  weights: WeightTree,
  x: ModelInput,
  { training = false, lengths, seed, state }: ApplyOptions,
): [output: Tensor, state: RecurrentState[]] {
  return scoped(
    () => {
      const batch = toBatch(where, inputShape, x, state !== undefined);
      if (lengths) checkLengths(where, lengths, batch);
      const recurrent = layers.filter(({ layer }) => layer.recurrent).length;
      if (state?.length && state.length !== recurrent)
        refuse(ShapeError, where, `a state of ${recurrent} entries, one a recurrent layer`, state.length);
      const { output, states } = forward(layers, weights, batch, {
        training,
        lengths: lengths && tensor(Int32Array.from(lengths)),
        key: seed === undefined ? undefined : tensor(Int32Array.of(seedWords(where, seed)[0], 0)),
        states: state?.length ? state : undefined,
      });
      return [output, state ? [...states] : []];
    },
    (result) => leaves(result, isTensor),
  );
}
