import { finiteNumber, knownOptions } from '../core/checks.js';
import { clip } from '../ops/clip.js';
import { mul } from '../ops/mul.js';
import { sub } from '../ops/sub.js';
import { checkLossReduction, type LossOptions, type NamedLoss } from './loss.js';
import { lossOfTerms } from './lossOfTerms.js';

export interface HuberOptions extends LossOptions {
  /** Where the parabola turns into a line, > 0. Default 1. */
  readonly delta?: number | undefined;
}

/**
 * Huber's loss (1964): with d = prediction - target, `d^2 / 2` for |d| <= delta and `delta (|d| - delta / 2)` beyond; mean
 * over all elements, or `'sum'`.
 *
 * @throws TypeError, RangeError for bad options; the loss throws ShapeError and DTypeError
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { huber } from 'wasmgrad/losses';
 * await init();
 * const loss = huber({ delta: 1 });
 * console.log(loss(tensor([[1], [3]]), tensor([[0], [0]])).item()); // 1.5
 * ```
 */
export function huber(options: HuberOptions = {}): NamedLoss {
  const reduction = checkLossReduction('huber', knownOptions('huber', options, ['reduction', 'delta']));
  const delta = finiteNumber('huber', 'delta', options.delta ?? 1, { above: 0 });
  return lossOfTerms('huber', { reduction, delta }, (p, t) => {
    // With c = d clipped to +-delta, c (d - c/2) covers both branches, for any order of derivative.
    const d = sub(p, t);
    const c = clip(d, -delta, delta);
    return mul(c, sub(d, mul(c, 0.5)));
  });
}
