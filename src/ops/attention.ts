// Attention and its gradient, without the matrices of scores.
import { flag, knownOptions, wholeNumber } from '../core/checks.js';
import { DTypeError, ShapeError, refuse } from '../core/errors.js';
import { gradOf } from '../autodiff/grad.js';
import { apply, type Applied, type Maybe, type Op, type RuleTable, type Spec, type Tensors } from '../autodiff/op.js';
import type { Shape } from '../core/shapes.js';
import * as kernels from '../runtime/generated/kernels.js';
import { LARGEST_HEAD } from '../runtime/generated/layout.js';
import { callNamed } from '../runtime/kernels.js';
import { hasDType, type Tensor } from '../tensors/tensor.js';
import { scoped } from '../tensors/scope.js';
import { nth } from './support/arguments.js';
import { composeAttention, sizesOf, type Attention, type AttentionInputs } from './support/composedAttention.js';
import { composedRules, innerProduct } from './support/composition.js';
import { checkDType, checkFloats, checkTensor } from './support/operands.js';

const f32 = (shape: Shape): Spec => ({ shape, dtype: 'f32' });
const addressOf = (x: { pointer(): number } | undefined): number => x?.pointer() ?? 0;

/** q, k, v, then lengths and factors where there are any. */
function pack({ query, key, value, lengths, factors }: AttentionInputs): Tensors {
  return [query, key, value, ...(lengths ? [lengths] : []), ...(factors ? [factors] : [])];
}

/** The inputs, and what follows them. */
function unpack(all: Tensors, { masked, dropped }: Attention): [inputs: AttentionInputs, rest: Tensors] {
  const [query, key, value] = checkFloats('attention', all.slice(0, 3));
  const lengths = masked ? all[3] : undefined;
  const factors = dropped ? all[masked ? 4 : 3] : undefined;
  if (!query || !key || !value) refuse(TypeError, 'attention', 'query, key and value', `${all.length} tensors`);
  return [
    {
      query,
      key,
      value,
      lengths: lengths && checkDType('attention', lengths, 'i32'),
      factors: factors && checkDType('attention', factors, 'f32'),
    },
    all.slice(3 + Number(masked) + Number(dropped)),
  ];
}

/** From the inputs, dy in front of them and the outputs behind them to dq, dk, dv. */
const gradientOp: Op<Attention, Tensors> = {
  name: 'attentionGradient',
  infer: ([, query, key, value]) => [query, key, value].flatMap((x) => (x ? [f32(x.shape)] : [])),
  forward: ([dy, ...all], outputs, attributes) => {
    const [{ query, key, value, lengths, factors }, results] = unpack(all, attributes);
    callNamed(kernels.attentionBackward, {
      dy: addressOf(dy),
      q: query.pointer(),
      k: key.pointer(),
      v: value.pointer(),
      lengths: addressOf(lengths),
      mask: addressOf(factors),
      y: addressOf(results[0]),
      shift: addressOf(results[1]),
      inverse: addressOf(results[2]),
      dq: addressOf(outputs[0]),
      dk: addressOf(outputs[1]),
      dv: addressOf(outputs[2]),
      ...sizesOf(query, key, value, attributes.heads),
      causal: Number(attributes.causal),
      end: (query.shape[0] ?? 0) * attributes.heads,
    });
  },
  rules: composedRules(
    ([dy, ...all], attributes, table) => composeGradient(all, attributes, table, [dy && checkDType('vjp', dy, 'f32')]),
    () => 4,
  ),
};

function composeGradient(
  all: Tensors,
  attributes: Attention,
  table: RuleTable,
  cotangents: readonly Maybe[],
): readonly Tensor[] {
  const [inputs] = unpack(all, attributes);
  const inner = ([query = inputs.query, key = inputs.key, value = inputs.value]: readonly Tensor[]): Tensor =>
    innerProduct([composeAttention({ ...inputs, query, key, value }, attributes)], cotangents);
  return gradOf('vjp', table, inner)([inputs.query, inputs.key, inputs.value]);
}

const composed = composedRules<Attention, Tensors>(
  (all, attributes) => [composeAttention(unpack(all, attributes)[0], attributes)],
  () => 3,
);

/** Also the maximum of each row of scores and the reciprocal of its sum of exponentials, [B, heads, T]. */
const attentionOp: Op<Attention, Tensors> = {
  name: 'attention',
  infer: ([query, , value], { heads }) => {
    const [batch = 0, steps = 0] = query?.shape ?? [];
    const rows = f32([batch, heads, steps]);
    return [f32([batch, steps, value?.shape[2] ?? 0]), rows, rows];
  },
  forward: (all, outputs, attributes) => {
    const [{ query, key, value, lengths, factors }] = unpack(all, attributes);
    callNamed(kernels.attentionForward, {
      q: query.pointer(),
      k: key.pointer(),
      v: value.pointer(),
      lengths: addressOf(lengths),
      mask: addressOf(factors),
      y: addressOf(outputs[0]),
      shift: addressOf(outputs[1]),
      inverse: addressOf(outputs[2]),
      ...sizesOf(query, key, value, attributes.heads),
      causal: Number(attributes.causal),
      end: (query.shape[0] ?? 0) * attributes.heads,
    });
  },
  rules: {
    vjp: ({ inputs, outputs, attributes }: Applied<Attention, Tensors>, [dy]) =>
      dy ? apply(gradientOp, [dy, ...inputs, ...outputs], attributes) : [],
    jvp: composed.jvp,
    saves: { inputs: true, outputs: true },
  },
};

/** Attention of inputs that fit together; `factors` [B, heads, T, S] multiply the weights, as dropout does. */
export function attend(inputs: AttentionInputs, heads: number, causal: boolean): Tensor {
  const { query, key, value, lengths, factors } = inputs;
  const { keyDim, valueDim } = sizesOf(query, key, value, heads);
  const attributes = { heads, causal, masked: lengths !== undefined, dropped: factors !== undefined };
  const run = (): Tensor =>
    Math.max(keyDim, valueDim) > LARGEST_HEAD
      ? composeAttention(inputs, attributes)
      : nth(apply(attentionOp, pack(inputs), attributes), 0);
  return scoped(run, (y) => [y]);
}

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
  return attend({ query, key, value, lengths }, heads, causal);
}
