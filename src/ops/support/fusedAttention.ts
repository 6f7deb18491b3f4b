// Attention and its gradient, without the matrices of scores. Queries, keys and values are three tensors, or lie side by
// side in one, as the product that makes all three of one input leaves them.
import { gradOf } from '../../autodiff/grad.js';
import { apply, type Maybe, type Op, type Rules, type Spec, type Tensors } from '../../autodiff/op.js';
import type { Shape } from '../../core/shapes.js';
import * as kernels from '../../runtime/generated/kernels.js';
import { LARGEST_HEAD } from '../../runtime/generated/layout.js';
import { callNamed } from '../../runtime/kernels.js';
import { scoped } from '../../tensors/scope.js';
import type { Tensor } from '../../tensors/tensor.js';
import { slice } from '../slice.js';
import { nth } from './arguments.js';
import { composeAttention, sizesOf, type Attention, type AttentionInputs } from './composedAttention.js';
import { composedRules, innerProduct } from './composition.js';
import { checkDType, checkFloats } from './operands.js';

/** Sizes of a head. */
export interface HeadSizes {
  readonly keyDim: number;
  readonly valueDim: number;
}

type Fused = Attention & HeadSizes;

const f32 = (shape: Shape): Spec => ({ shape, dtype: 'f32' });
const addressOf = (x: { pointer(): number } | undefined): number => x?.pointer() ?? 0;

/** The tensors of queries, keys and values, lengths and factors where there are any, and what follows them. */
interface Given {
  readonly sources: readonly Tensor[];
  readonly lengths: Tensor<'i32'> | undefined;
  readonly factors: Tensor | undefined;
  readonly rest: Tensors;
}

function given(all: Tensors, { masked, dropped }: Fused, count: number): Given {
  const lengths = masked ? all[count] : undefined;
  const factors = dropped ? all[count + Number(masked)] : undefined;
  return {
    sources: checkFloats('attention', all.slice(0, count)),
    lengths: lengths && checkDType('attention', lengths, 'i32'),
    factors: factors && checkDType('attention', factors, 'f32'),
    rest: all.slice(count + Number(masked) + Number(dropped)),
  };
}

/** Addresses of queries, keys and values in three tensors or in one. */
function places(tensors: readonly Tensor[], { heads, keyDim }: Fused): readonly [q: number, k: number, v: number] {
  const q = nth(tensors, 0).pointer();
  const [, k, v] = tensors;
  const width = 4 * heads * keyDim;
  return [q, k?.pointer() ?? q + width, v?.pointer() ?? q + 2 * width];
}

/** The numbers of a kernel call. */
function kernelSizes([x, k = x, v]: readonly Tensor[], { heads, keyDim, valueDim, causal }: Fused) {
  const [batch = 0, steps = 0, width = 0] = x?.shape ?? [];
  const { 1: keys = 0 } = k?.shape ?? [];
  return {
    ...{ heads, steps, keys, keyDim, valueDim },
    row: v ? 0 : width,
    causal: Number(causal),
    end: batch * heads,
  };
}

/** Queries, keys and values as tensors of their own. */
function separate(tensors: readonly Tensor[], { heads, keyDim, valueDim }: Fused): AttentionInputs {
  const [x, key, value] = tensors;
  const all = nth(tensors, 0);
  if (x && key && value) return { query: x, key, value };
  const width = heads * keyDim;
  const part = (begin: number, size: number): Tensor => slice(all, [0, 0, begin], [-1, -1, size]);
  return { query: part(0, width), key: part(width, width), value: part(2 * width, heads * valueDim) };
}

/** Attention of `count` tensors, three or one. */
function attentionOf(name: string, count: number): Op<Fused, Tensors> {
  const compose = (all: Tensors, attributes: Fused): Tensor => {
    const { sources, lengths, factors } = given(all, attributes, count);
    return composeAttention({ ...separate(sources, attributes), lengths, factors }, attributes);
  };

  /** From the inputs, dy in front of them and the outputs behind them to the gradients of the first inputs. */
  const gradientOp: Op<Fused, Tensors> = {
    name: `${name}Gradient`,
    infer: ([, ...all]) => all.slice(0, count).map(({ shape }) => f32(shape)),
    forward: ([dy, ...all], outputs, attributes) => {
      const { sources, lengths, factors, rest } = given(all, attributes, count);
      const [q, k, v] = places(sources, attributes);
      const [dq, dk, dv] = places(outputs, attributes);
      callNamed(kernels.attentionBackward, {
        dy: addressOf(dy),
        ...{ q, k, v },
        lengths: addressOf(lengths),
        mask: addressOf(factors),
        y: addressOf(rest[0]),
        shift: addressOf(rest[1]),
        inverse: addressOf(rest[2]),
        ...{ dq, dk, dv },
        ...kernelSizes(sources, attributes),
      });
    },
    rules: composedRules(
      ([dy, ...all], attributes, table) => {
        const cotangents: Maybe[] = [dy && checkDType('vjp', dy, 'f32')];
        const { sources } = given(all, attributes, count);
        const inner = (moved: readonly Tensor[]): Tensor =>
          innerProduct([compose([...moved, ...all.slice(count)], attributes)], cotangents);
        return gradOf('vjp', table, inner)(sources);
      },
      () => 1 + count,
    ),
  };

  const { jvp } = composedRules<Fused, Tensors>(
    (all, attributes) => [compose(all, attributes)],
    () => count,
  );
  const rules: Rules<Fused, Tensors> = {
    vjp: ({ inputs, outputs, attributes }, [dy]) =>
      dy ? apply(gradientOp, [dy, ...inputs, ...outputs], attributes) : [],
    jvp,
    saves: { inputs: true, outputs: true },
  };
  return {
    name,
    infer: ([x], { heads, valueDim }) => {
      const [batch = 0, steps = 0] = x?.shape ?? [];
      const rows = f32([batch, heads, steps]);
      return [f32([batch, steps, heads * valueDim]), rows, rows];
    },
    forward: (all, outputs, attributes) => {
      const { sources, lengths, factors } = given(all, attributes, count);
      const [q, k, v] = places(sources, attributes);
      callNamed(kernels.attentionForward, {
        ...{ q, k, v },
        lengths: addressOf(lengths),
        mask: addressOf(factors),
        y: addressOf(outputs[0]),
        shift: addressOf(outputs[1]),
        inverse: addressOf(outputs[2]),
        ...kernelSizes(sources, attributes),
      });
    },
    rules,
  };
}

/** Also the maximum of each row of scores and the reciprocal of its sum of exponentials, [B, heads, T]. */
const attentionOp = attentionOf('attention', 3);
const jointOp = attentionOf('jointAttention', 1);

/** How heads attend. */
export interface Heads {
  readonly heads: number;
  readonly causal: boolean;
}

/** How many keys of each sequence are seen, and factors [B, heads, T, S] of the weights, as dropout has them. */
type Limits = Pick<AttentionInputs, 'lengths' | 'factors'>;

function run(op: typeof jointOp, sources: readonly Tensor[], { lengths, factors }: Limits, sizes: Heads & HeadSizes) {
  const inputs = [...sources, ...(lengths ? [lengths] : []), ...(factors ? [factors] : [])];
  return nth(apply(op, inputs, { ...sizes, masked: lengths !== undefined, dropped: factors !== undefined }), 0);
}

/** Whether the kernels have room for heads of these sizes. */
export const fitsKernels = ({ keyDim, valueDim }: HeadSizes): boolean => Math.max(keyDim, valueDim) <= LARGEST_HEAD;

/** Attention of inputs that fit together. */
export function attend(inputs: AttentionInputs, { heads, causal }: Heads): Tensor {
  const { query, key, value, lengths, factors } = inputs;
  const { keyDim, valueDim } = sizesOf(query, key, value, heads);
  const sizes = { heads, causal, keyDim, valueDim };
  return scoped(
    () =>
      fitsKernels(sizes)
        ? run(attentionOp, [query, key, value], inputs, sizes)
        : composeAttention(inputs, { heads, causal, masked: lengths !== undefined, dropped: factors !== undefined }),
    (y) => [y],
  );
}

/** The same where all [B, T, heads (2 keyDim + valueDim)] has queries, keys and values side by side and the sizes fit the kernels. */
export function attendJointly(all: Tensor, limits: Limits, sizes: Heads & HeadSizes): Tensor {
  return scoped(
    () => run(jointOp, [all], limits, sizes),
    (y) => [y],
  );
}
