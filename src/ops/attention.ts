// Attention: the public operation. Its kernels are called in support/fusedAttention.ts.
import { flag, knownOptions, wholeNumber } from '../core/checks.js';
import { DTypeError, ShapeError, refuse } from '../core/errors.js';
import { hasDType, type Tensor } from '../tensors/tensor.js';
import { attend } from './support/fusedAttention.js';
import { checkDType, checkTensor } from './support/operands.js';

export interface AttentionOptions {
  /** Heads side by side on the last axis of all three, >= 1. Default 1. */
  readonly heads?: number | undefined;
  /** Whether a query sees only keys at its own position and before. Default false. */
  readonly causal?: boolean | undefined;
  /** i32 [B]: how many keys of each sequence are seen. Default all. With 0, all keys weigh alike. */
  readonly lengths?: Tensor<'i32'> | undefined;
}

/** Sizes that agree, and are divisible by the heads. */
function checkShapes(query: Tensor, key: Tensor, value: Tensor, heads: number): void {
  const where = 'attention';
  const [batch, , width = 0] = query.shape;
  if (query.shape.length !== 3) refuse(ShapeError, where, 'query [batch, steps, size]', query.shape);
  if (width === 0 || width % heads !== 0)
    refuse(ShapeError, where, `a query whose size is a multiple of ${heads} heads`, query.shape);
  const [keys, steps = 0, size] = key.shape;
  if (key.shape.length !== 3 || keys !== batch || steps === 0 || size !== width)
    refuse(ShapeError, where, `key [${batch}, steps, ${width}]`, key.shape);
  const [values, length, valueWidth = 0] = value.shape;
  if (value.shape.length !== 3 || values !== batch || length !== steps || valueWidth === 0 || valueWidth % heads !== 0)
    refuse(ShapeError, where, `value [${batch}, ${steps}, a multiple of ${heads}]`, value.shape);
}

/**
 * Scaled dot-product attention (Vaswani et al. 2017): for every head `softmax(Q K^T / sqrt(size)) V`, where the softmax is
 * over the keys that are seen. The matrix of weights is never stored: forward and backward work on blocks of it (Dao et
 * al. 2022), so memory grows with the steps, not with their square.
 *
 * @param query f32 [B, T, heads * size]
 * @param key f32 [B, S, heads * size], S > 0
 * @param value f32 [B, S, heads * valueSize]
 * @returns [B, T, heads * valueSize]
 * @throws ShapeError, DTypeError, RangeError, TypeError
 * @example
 * ```ts
 * import { attention, init, tensor } from 'wasmgrad';
 * await init();
 * const x = tensor([[[1], [0]]]);
 * console.log(attention(x, x, x, { causal: true }).toArray()); // [[[1], [0.5]]]
 * ```
 */
export function attention(query: Tensor, key: Tensor, value: Tensor, options: AttentionOptions = {}): Tensor {
  const where = 'attention';
  const { heads = 1, causal = false, lengths } = knownOptions(where, options, ['heads', 'causal', 'lengths']);
  for (const x of [query, key, value]) checkDType(where, checkTensor(where, x), 'f32');
  wholeNumber(where, 'heads', heads, { min: 1 });
  flag(where, 'causal', causal);
  checkShapes(query, key, value, heads);
  if (lengths !== undefined) {
    checkTensor(where, lengths, 'lengths to be a tensor');
    if (!hasDType(lengths, 'i32')) refuse(DTypeError, where, 'lengths i32', 'f32');
    const [batch] = query.shape;
    if (lengths.shape.length !== 1 || lengths.shape[0] !== batch)
      refuse(ShapeError, where, `lengths [${batch}]`, lengths.shape);
  }
  return attend({ query, key, value, lengths }, { heads, causal });
}
