import { add } from '../../../src/ops/add.js';
import { mul } from '../../../src/ops/mul.js';
import { scan } from '../../../src/ops/scan.js';
import { sin } from '../../../src/ops/trigonometry.js';
import type { Tensor } from '../../../src/tensors/tensor.js';
import type { Array64 } from '../arrays.js';
import type { Sample } from './sample.js';

/** s' = sin(s) w + x, y = s' x */
const step =
  (w: Tensor) =>
  (s: Tensor, x: Tensor): [Tensor, Tensor] => {
    const next = add(mul(sin(s), w), x);
    return [next, mul(next, x)];
  };

/** The same for arrays [n], [steps, n] and [n]. */
function steps64(init: Array64, xs: Array64, w: Array64, reverse: boolean): { carry: Float64Array; ys: Float64Array } {
  const [length = 0, n = 1] = xs.shape;
  const [carry, ys] = [Float64Array.from(init.data), new Float64Array(length * n)];
  for (let i = 0; i < length; i++) {
    const at = n * (reverse ? length - 1 - i : i);
    for (let j = 0; j < n; j++) {
      carry[j] = Math.sin(carry[j]!) * w.data[j]! + xs.data[at + j]!;
      ys[at + j] = carry[j] * xs.data[at + j]!;
    }
  }
  return { carry, ys };
}

const cases = [0, 1, 2, 5].map((length) => [{ shape: [3] }, { shape: [length, 3] }, { shape: [3] }]);

export const scanSamples: readonly Sample[] = [
  {
    op: 'scan',
    variant: 'carry',
    apply: (init, xs, w) => scan(step(w), init, xs)[0],
    reference: (init, xs, w) => ({ shape: init.shape, data: steps64(init, xs, w, false).carry }),
    cases,
    handles: 2,
  },
  {
    op: 'scan',
    variant: 'results in reverse',
    apply: (init, xs, w) => scan(step(w), init, xs, { reverse: true })[1],
    reference: (init, xs, w) => ({ shape: xs.shape, data: steps64(init, xs, w, true).ys }),
    cases,
    handles: 2,
  },
];
