// Attention written with elementary operations: for forward mode and higher orders (see composition.ts), and for heads
// that the kernel has no room for.
import { viewAs } from '../../autodiff/linear.js';
import { countUp } from '../../tensors/arange.js';
import { tensor } from '../../tensors/creation.js';
import type { Tensor } from '../../tensors/tensor.js';
import { cast } from '../cast.js';
import { greater } from '../greater.js';
import { matmul } from '../matmul.js';
import { mul } from '../mul.js';
import { reshape } from '../reshape.js';
import { softmaxLast } from '../softmax.js';
import { transpose } from '../transpose.js';
import { where } from '../where.js';

/** Queries [B, T, heads * size], keys [B, S, heads * size], values [B, S, heads * valueSize]. */
export interface AttentionInputs {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  /** How many keys of each sequence are seen. */
  readonly lengths?: Tensor<'i32'> | undefined;
  /** Factors [B, heads, T, S] of the weights. */
  readonly factors?: Tensor | undefined;
}

/** Attributes: `masked` and `dropped` say whether there are lengths and factors. */
export interface Attention {
  readonly heads: number;
  readonly causal: boolean;
  readonly masked: boolean;
  readonly dropped: boolean;
}

export function sizesOf(
  { shape: [, steps = 0, width = 0] }: Tensor,
  { shape: [, keys = 0] }: Tensor,
  { shape: [, , valueWidth = 0] }: Tensor,
  heads: number,
): Record<'heads' | 'steps' | 'keys' | 'keyDim' | 'valueDim', number> {
  return { heads, steps, keys, keyDim: width / heads, valueDim: valueWidth / heads };
}

/** So far below any score that its weight after softmax is 0. */
const NEVER = -1e30;

/**
 * 1 where the query of the row may attend to the key of the column, else 0; it broadcasts to [B, heads, T, S].
 * Undefined when there are no restrictions.
 */
function visible(
  queries: number,
  steps: number,
  causal: boolean,
  lengths: Tensor<'i32'> | undefined,
): Tensor | undefined {
  const order =
    causal &&
    tensor(
      Float32Array.from({ length: queries * steps }, (_, i) => Number(i % steps <= Math.floor(i / steps))),
      [queries, steps],
    );
  const keys = lengths && greater(viewAs(cast(lengths, 'f32'), [lengths.size, 1, 1, 1]), countUp(steps));
  return order && keys ? mul(order, keys) : order || keys;
}

/** [B, T, heads * size] to [B, heads, T, size]. */
function toHeads(x: Tensor, heads: number): Tensor {
  const [batch = 0, steps = 0, width = 0] = x.shape;
  return transpose(reshape(x, [batch, steps, heads, width / heads]), [0, 2, 1, 3]);
}

export function composeAttention(inputs: AttentionInputs, { heads, causal }: Attention): Tensor {
  const { query, key, value, lengths, factors } = inputs;
  const { steps, keys, keyDim, valueDim } = sizesOf(query, key, value, heads);
  const [q, k, v] = [toHeads(query, heads), toHeads(key, heads), toHeads(value, heads)];
  const scores = mul(matmul(q, k, { transposeB: true }), 1 / Math.sqrt(keyDim));
  const seen = visible(steps, keys, causal, lengths);
  const weights = softmaxLast(seen ? where(seen, scores, NEVER) : scores);
  const mixed = matmul(factors ? mul(weights, factors) : weights, v);
  return reshape(transpose(mixed, [0, 2, 1, 3]), [query.shape[0] ?? 0, steps, heads * valueDim]);
}
