import { callable } from '../core/checks.js';
import { onBehalfOf } from '../core/errors.js';
import { disposable, type Disposable } from '../core/disposable.js';
import { detach, scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { checkDirection, checkInputs, checkResult } from './checks.js';
import { identity } from './linear.js';
import type { RuleTable } from './op.js';
import { filledIn, trace, type Trace } from './trace.js';

/** The linear map from output cotangents to input cotangents. */
export interface Pullback extends Disposable {
  /** J^T c for each input. It can be called many times. */
  (cotangent: Tensor): Tensor[];
  /** Frees the values that the forward pass saved. */
  dispose(): void;
}

/** A function of several tensors. */
export type TensorFunction = (...inputs: Tensor[]) => Tensor;

/** The type of `vjp`. */
export type Vjp = (f: TensorFunction, inputs: readonly Tensor[]) => [out: Tensor, pull: Pullback];

/** Value and pullback; errors name `where`. */
export function vjpOf(
  where: string,
  table: RuleTable,
  f: TensorFunction,
  inputs: readonly Tensor[],
): [out: Tensor, pull: Pullback] {
  callable(where, 'f', f);
  checkInputs(where, inputs);
  return scoped<[Tensor, Pullback]>(
    () => {
      const traced = trace(table, inputs, (fresh) => checkResult(where, f(...fresh)));
      try {
        return [identity(traced.result), makePullback(where, traced)];
      } catch (error) {
        traced.tape.dispose();
        throw error;
      }
    },
    ([out]) => [out],
  );
}

function makePullback(where: string, { tape, result, watched }: Trace<Tensor>): Pullback {
  const hold = (value: Tensor): Tensor => detach(value.alias());
  const [value, targets] = [hold(result), watched.map(hold)];
  const pull = (cotangent: Tensor): Tensor[] => {
    checkDirection(where, 'the cotangent', cotangent, value);
    for (const handle of [value, ...targets]) handle.assertAlive(where); // not so after pull.dispose()
    return onBehalfOf(where, () => filledIn(tape.pull(value, cotangent, targets, false), targets));
  };
  const dispose = (): void => {
    tape.dispose();
    for (const handle of [value, ...targets]) handle.dispose();
  };
  return disposable(Object.assign(pull, { dispose }));
}

/** `vjp` with the derivative rules of a table. */
export function makeVjp(table: RuleTable): Vjp {
  return (f, inputs) => vjpOf('vjp', table, f, inputs);
}
