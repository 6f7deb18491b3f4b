import { finiteNumber, flag, knownOptions, wholeNumber } from '../core/checks.js';
import { ShapeError, refuse } from '../core/errors.js';
import { currentFrame } from '../autodiff/op.js';
import { affine } from '../ops/affine.js';
import { concat } from '../ops/concat.js';
import { dropoutMask } from '../ops/dropoutMask.js';
import { maskSteps } from '../ops/maskSteps.js';
import { attend, attendJointly, fitsKernels } from '../ops/support/fusedAttention.js';
import type { Shape } from '../core/shapes.js';
import type { Tensor } from '../tensors/tensor.js';
import { checkInitializer, type Initializer } from './initializers.js';
import type { Layer, LayerContext, LayerWeights, WeightSpec } from './layer.js';
import { checkRegularizer, type Regularizer } from './regularizers.js';
import { weightOf, weighted, type WeightedOptions } from './support/weights.js';

export interface MultiHeadAttentionOptions extends WeightedOptions {
  /** Number of heads, >= 1. */
  readonly heads: number;
  /** Size of each head's queries and keys, >= 1. */
  readonly keyDim: number;
  /** Size of each head's values. Default `keyDim`. */
  readonly valueDim?: number | undefined;
  /** Whether a step attends only to itself and earlier steps. Default false. */
  readonly causal?: boolean | undefined;
  /** Rate of dropout on the attention weights, 0 <= rate < 1. Default 0. */
  readonly dropout?: number | undefined;
  /** Default true. */
  readonly useBias?: boolean | undefined;
  /** Default `'glorotUniform'`. */
  readonly kernelInitializer?: Initializer | undefined;
  /** Default `'zeros'`. */
  readonly biasInitializer?: Initializer | undefined;
  readonly kernelRegularizer?: Regularizer | undefined;
  readonly biasRegularizer?: Regularizer | undefined;
}

const known = [
  ...['heads', 'keyDim', 'valueDim', 'causal', 'dropout', 'useBias', 'trainable', 'name'],
  ...['kernelInitializer', 'biasInitializer', 'kernelRegularizer', 'biasRegularizer'],
];

/** What queries, keys and values are made of. */
interface Sources {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
}

/**
 * Whether one product with kernels side by side takes less time than a product with each: it reads the input once and, in
 * the backward pass, sums the input's cotangents by itself, but copies the kernels.
 */
function oneProductPays(rows: number, kernels: readonly Tensor[]): boolean {
  const columns = kernels.reduce((total, { shape }) => total + (shape[1] ?? 0), 0);
  const frame = currentFrame();
  return rows >= columns && kernels.every((kernel) => frame?.pullsTo?.(kernel) ?? false);
}

/**
 * Self-attention with several heads (Vaswani et al. 2017): for every head `softmax(Q K^T / sqrt(keyDim)) V` with Q, K,
 * V = x W + b; the heads are put side by side and a last product returns to the input's width. x and output [B, T, in];
 * queryKernel, keyKernel [in, heads keyDim], valueKernel [in, heads valueDim], outputKernel [heads valueDim, in] and a
 * bias each: Keras' layout with heads and sizes as one axis.
 *
 * `connect(attention, query, value)` or `connect(attention, query, value, key)` in a functional model is cross-attention:
 * Q is made of the query [B, T, in], V of the value [B, S, ...], K of the key (default: the value). The output has the
 * query's shape.
 *
 * In a batch with `lengths`, steps past a length are not attended to, their output is 0, and the input there has no
 * effect. With several inputs, the value's lengths decide what is attended to, the query's what of the output is 0.
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input that is not a sequence
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { multiHeadAttention } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [10, 16] }, [multiHeadAttention({ heads: 2, keyDim: 8, causal: true })]);
 * console.log(model.parameterCount); // 1088
 * model.dispose();
 * ```
 */
export function multiHeadAttention(options: MultiHeadAttentionOptions): Layer {
  const name = 'multiHeadAttention';
  knownOptions(name, options, known);
  const heads = wholeNumber(name, 'heads', options.heads, { min: 1 });
  const keyDim = wholeNumber(name, 'keyDim', options.keyDim, { min: 1 });
  const valueDim = wholeNumber(name, 'valueDim', options.valueDim ?? keyDim, { min: 1 });
  const causal = flag(name, 'causal', options.causal ?? false);
  const rate = finiteNumber(name, 'dropout', options.dropout ?? 0, { min: 0, below: 1 });
  const useBias = flag(name, 'useBias', options.useBias ?? true);
  const kernel = {
    initializer: checkInitializer(name, 'kernelInitializer', options.kernelInitializer ?? 'glorotUniform'),
    regularizer: checkRegularizer(name, 'kernelRegularizer', options.kernelRegularizer),
  };
  const bias = {
    initializer: checkInitializer(name, 'biasInitializer', options.biasInitializer ?? 'zeros'),
    regularizer: checkRegularizer(name, 'biasRegularizer', options.biasRegularizer),
  };
  const factorsOf = (shape: Shape, { training, key, stream }: LayerContext): Tensor | undefined => {
    if (!training || rate === 0) return undefined;
    if (!key) refuse(TypeError, name, 'a seed when training with dropout', 'none');
    return dropoutMask(key, shape, rate, stream);
  };
  const checkSequence = (shape: Shape): Shape => {
    if (shape.length !== 2) refuse(ShapeError, name, 'input [batch, steps, features]', ['batch', ...shape]);
    return shape;
  };
  const specs = ([query = [], value = query, from = value]: readonly Shape[]): Record<string, WeightSpec> => {
    const width = query.at(-1) ?? 1;
    const pair = (what: string, rows: number, columns: number): [string, WeightSpec][] => [
      [`${what}Kernel`, { shape: [rows, columns], ...kernel }],
      ...(useBias ? [[`${what}Bias`, { shape: [columns], ...bias }] satisfies [string, WeightSpec]] : []),
    ];
    return Object.fromEntries([
      ...pair('query', width, heads * keyDim),
      ...pair('key', from.at(-1) ?? 1, heads * keyDim),
      ...pair('value', value.at(-1) ?? 1, heads * valueDim),
      ...pair('output', heads * valueDim, width),
    ]);
  };
  const run = (sources: Sources, weights: LayerWeights, context: LayerContext): Tensor => {
    const kernelOf = (what: string): Tensor => weightOf(name, weights, `${what}Kernel`);
    const biasOf = (what: string): Tensor => weightOf(name, weights, `${what}Bias`);
    const project = (what: string, from: Tensor): Tensor =>
      affine(from, kernelOf(what), useBias ? biasOf(what) : undefined);
    const { query, key, value } = sources;
    const [batch = 0, steps = 0] = query.shape;
    const factors = factorsOf([batch, heads, steps, key.shape[1] ?? 0], context);
    const limits = { lengths: context.lengths, factors };
    const three = ['query', 'key', 'value'];
    const jointly = (): Tensor => {
      const kernels = concat(three.map(kernelOf), 1);
      const all = affine(query, kernels, useBias ? concat(three.map(biasOf)) : undefined);
      return attendJointly(all, limits, { heads, causal, keyDim, valueDim });
    };
    const apart = (): Tensor => {
      const [q, k, v] = [project('query', query), project('key', key), project('value', value)];
      return attend({ query: q, key: k, value: v, ...limits }, { heads, causal });
    };
    const own = query === key && key === value && fitsKernels({ keyDim, valueDim });
    const mixed = own && oneProductPays(batch * steps, three.map(kernelOf)) ? jointly() : apart();
    return project('output', mixed);
  };
  const valid = (x: Tensor, lengths: Tensor<'i32'> | undefined): Tensor => (lengths ? maskSteps(x, lengths) : x);
  return {
    ...weighted(name, options),
    outputShape: checkSequence,
    init: (inputShape) => specs([inputShape]),
    apply(weights, x, context) {
      const clean = valid(x, context.lengths);
      return valid(run({ query: clean, key: clean, value: clean }, weights, context), context.lengths);
    },
    merge: {
      outputShape(shapes) {
        const [query = [], value = [], from = value, ...more] = shapes.map(checkSequence);
        if (more.length > 0) refuse(TypeError, name, 'query, value and key', `${shapes.length} inputs`);
        if (value[0] === from[0]) return query;
        refuse(ShapeError, name, `a key of ${value[0]} steps, like the value`, ['batch', ...from]);
      },
      init: specs,
      apply([query, value, from = value], weights, context) {
        if (!query || !value || !from) refuse(TypeError, name, 'query and value', 'less');
        const [own, lengths] = context.inputLengths ?? [];
        const sources = { query: valid(query, own), value: valid(value, lengths), key: valid(from, lengths) };
        return { output: valid(run(sources, weights, { ...context, lengths }), own), lengths: own ?? null };
      },
    },
  };
}
