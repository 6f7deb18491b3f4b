// The forward pass of reverse mode, shared by `grad` and `vjp`: runs a function on a tape.
import { leaves } from '../core/trees.js';
import { zeros } from '../tensors/creation.js';
import { scoped } from '../tensors/scope.js';
import { isTensor, type Tensor } from '../tensors/tensor.js';
import { identity } from './linear.js';
import { currentFrame, withFrame, type Maybe, type RuleTable } from './op.js';
import { Tape } from './tape.js';

export interface Trace<T> {
  readonly tape: Tape;
  /** The inputs with the ids that the tape knows. */
  readonly watched: readonly Tensor[];
  readonly result: T;
}

/** Runs `body` on `inputs` with new ids and records it. */
export function trace<T>(
  table: RuleTable,
  inputs: readonly Tensor[],
  body: (watched: readonly Tensor[]) => T,
): Trace<T> {
  const watched = inputs.map(identity);
  const tape = new Tape(currentFrame(), table, watched);
  try {
    // Frees the tensors made by the body, before the backward pass. The tape keeps those that its rules will read.
    const inner = (): T =>
      scoped(
        () => body(watched),
        (result) => leaves(result, isTensor),
      );
    return { tape, watched, result: withFrame(tape, inner) };
  } catch (error) {
    tape.dispose();
    throw error;
  }
}

/** Gradients for every target, zeros where the output does not depend on it. The caller frees them. */
export function filledIn(gradients: readonly Maybe[], targets: readonly Tensor[]): Tensor[] {
  return targets.map((target, i) => gradients[i] ?? zeros(target.shape));
}
