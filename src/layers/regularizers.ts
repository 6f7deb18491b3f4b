import { refuse } from '../core/errors.js';
import { finiteNumber, isPlain, knownOptions, show } from '../core/checks.js';
import type { Tensor } from '../tensors/tensor.js';

/** A penalty `l1 * sum |theta| + l2 * sum theta^2`, added to the loss. */
export interface Penalty {
  readonly l1: number;
  readonly l2: number;
}

interface PenaltyOptions {
  readonly l1?: number | undefined;
  readonly l2?: number | undefined;
}

/** A penalty, or a function from a weight to a scalar that is added to the loss. */
export type Regularizer = Penalty | ((weight: Tensor) => Tensor);

/**
 * Lasso penalty `lambda * sum |theta|`: makes weights exactly zero.
 * @throws TypeError, RangeError unless lambda is a finite number >= 0.
 */
export function l1(lambda: number): Penalty {
  return { l1: finiteNumber('l1', 'lambda', lambda, { min: 0 }), l2: 0 };
}

/**
 * Ridge penalty `lambda * sum theta^2`, gradient `2 lambda theta` (the lecture's definition, as Keras).
 * @throws TypeError, RangeError unless lambda is a finite number >= 0.
 * @example
 * ```ts
 * import { dense, l2 } from 'wasmgrad/layers';
 * const layer = dense({ units: 10, kernelRegularizer: l2(1e-4) });
 * ```
 */
export function l2(lambda: number): Penalty {
  return { l1: 0, l2: finiteNumber('l2', 'lambda', lambda, { min: 0 }) };
}

/**
 * Both penalties (elastic net).
 * @throws TypeError, RangeError
 */
export function l1l2(options: PenaltyOptions): Penalty {
  return penalty('l1l2', options);
}

function penalty(where: string, options: PenaltyOptions): Penalty {
  const { l1: first = 0, l2: second = 0 } = knownOptions(where, options, ['l1', 'l2']);
  return {
    l1: finiteNumber(where, 'l1', first, { min: 0 }),
    l2: finiteNumber(where, 'l2', second, { min: 0 }),
  };
}

/** Checks a regulariser option. */
export function checkRegularizer(where: string, what: string, value: Regularizer | undefined): Regularizer | undefined {
  if (value === undefined || typeof value === 'function') return value;
  if (!isPlain(value)) {
    refuse(TypeError, where, `${what} to be l1(...), l2(...), l1l2(...) or a function`, show(value));
  }
  return penalty(`${where}: ${what}`, value);
}
