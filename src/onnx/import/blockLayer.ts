// A block of nodes as a layer. Everything about it is plain data, so that it can be saved.
import { FormatError, refuse, ShapeError } from '../../core/errors.js';
import { sameShape, shapeText, sizeOf, type Shape } from '../../core/shapes.js';
import type { Layer, LayerContext, LayerResult, LayerWeights, WeightSpec } from '../../layers/layer.js';
import { concat } from '../../ops/concat.js';
import { reshape } from '../../ops/reshape.js';
import { slice } from '../../ops/slice.js';
import type { Tensor } from '../../tensors/tensor.js';
import type { FileAttribute, FileDType } from './file.js';
import { hostValue, type HostConstant } from './hostConstants.js';
import { runNodes } from './run.js';
import { inOrder, isHost, ordered, type Value } from './values.js';

/** A tensor that goes into a block, or out of it: shape of one sample in memory, and the order of axes. */
export interface BlockPort {
  readonly name: string;
  readonly dtype: FileDType;
  readonly shape: Shape;
  readonly order: readonly number[];
}

export interface BlockWeight extends BlockPort {
  /** The name in the layer. */
  readonly short: string;
  readonly trainable: boolean;
}

export interface BlockNode {
  readonly op: string;
  readonly name: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, FileAttribute>>;
}

export interface BlockConfig {
  readonly opset: number;
  readonly nodes: readonly BlockNode[];
  readonly inputs: readonly BlockPort[];
  readonly outputs: readonly BlockPort[];
  readonly weights: readonly BlockWeight[];
  readonly constants: Readonly<Record<string, HostConstant>>;
  /** The batch of the file, if that is fixed there. */
  readonly made?: number | undefined;
  /** Whether it always works as in prediction. */
  readonly frozen: boolean;
  /** If its only input holds indices, the number of different ones. */
  readonly indices?: number | undefined;
}

/** Everything that nodes start with. */
function firstValues(config: BlockConfig, xs: readonly Tensor[], weights: LayerWeights): Map<string, Value> {
  const env = new Map<string, Value>();
  const [{ shape: [batch = 0] } = { shape: [0] }] = xs; // prettier-ignore
  config.inputs.forEach(({ name, order, dtype }, i) => {
    const x = xs[i];
    if (x) env.set(name, ordered(x, order, dtype));
  });
  for (const { short, name, order, dtype } of config.weights) {
    const weight = weights[short];
    if (weight) env.set(name, { ...ordered(weight, order, dtype), weight: name });
  }
  for (const [name, constant] of Object.entries(config.constants)) env.set(name, hostValue(constant, batch));
  return env;
}

function outputOf(where: string, env: ReadonlyMap<string, Value>, { name, order }: BlockPort): Tensor {
  const value = env.get(name);
  if (!value || isHost(value)) refuse(FormatError, where, `a value '${name}'`, 'none');
  return inOrder(value, order);
}

function run(
  where: string,
  config: BlockConfig,
  xs: readonly Tensor[],
  weights: LayerWeights,
  context: LayerContext,
): LayerResult {
  // prettier-ignore
  const { nodes, outputs, opset, made, frozen } = config;
  const env = firstValues(config, xs, weights);
  const used = new Set([...nodes.flatMap(({ inputs }) => inputs), ...outputs.map(({ name }) => name)]);
  const updates = new Map<string, Tensor>();
  const layer = frozen ? { ...context, training: false } : context;
  const batch = made === undefined ? undefined : { made, now: xs[0]?.shape[0] ?? 0 };
  runNodes(nodes, env, { where, opset, layer, updates, batch }, (name) => used.has(name));
  const results = outputs.map((port) => outputOf(where, env, port));
  const [single] = results;
  const rows = (): Tensor => concat(results.map((y) => reshape(y, [y.shape[0] ?? 0, -1])), 1); // prettier-ignore
  const output = single && results.length === 1 ? single : rows();
  const named = config.weights.flatMap(({ name, short }) => {
    const update = updates.get(name);
    return update ? [[short, update] as const] : [];
  });
  return { output, updates: Object.fromEntries(named) };
}

/** A layer of kind `onnx`. Several outputs lie side by side in a row, from which `onnxPart` takes them. */
export function blockLayer(config: BlockConfig, name?: string): Layer {
  const where = name ?? 'onnx';
  const expected = config.inputs.map(({ shape }) => shape);
  const [output] = config.outputs;
  const total = config.outputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const outputShape = output && config.outputs.length === 1 ? output.shape : [total];
  const fits = (shapes: readonly Shape[]): Shape => {
    const fit = shapes.length === expected.length && shapes.every((shape, i) => sameShape(shape, expected[i] ?? []));
    if (fit) return outputShape;
    return refuse(ShapeError, where, `inputs ${expected.map(shapeText).join(', ')}`, shapes.map(shapeText).join(', '));
  };
  const init = (): Record<string, WeightSpec> =>
    Object.fromEntries(
      config.weights.map(({ short, shape, trainable }) => [short, { shape, trainable, initializer: 'zeros' }]),
    );
  return {
    kind: 'onnx',
    name,
    config: { ...config },
    indices: config.indices,
    outputShape: (shape) => fits([shape]),
    init,
    apply: (weights, x, context) => run(where, config, [x], weights, context),
    merge: { outputShape: fits, init, apply: (xs, weights, context) => run(where, config, xs, weights, context) },
  };
}

/** A layer of kind `onnxPart`, which takes one of several outputs out of a row. */
export function partLayer({ begin, shape }: { readonly begin: number; readonly shape: Shape }, name?: string): Layer {
  return {
    kind: 'onnxPart',
    name,
    config: { begin, shape },
    outputShape: () => shape,
    apply: (_, x) => {
      const rows = x.shape[0] ?? 0;
      return reshape(slice(x, [0, begin], [rows, sizeOf(shape)]), [rows, ...shape]);
    },
  };
}
