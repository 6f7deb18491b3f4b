// Blocks that are exactly a layer of the library become that layer: files of such models load without this entry, and
// losses find the activation.
import { activation } from '../../layers/activation.js';
import type { Activation } from '../../layers/activations.js';
import { addLayers } from '../../layers/addLayers.js';
import { avgPool2d } from '../../layers/avgPool2d.js';
import { batchNorm } from '../../layers/batchNorm.js';
import { concatenate } from '../../layers/concatenate.js';
import { conv2d } from '../../layers/conv2d.js';
import { dense } from '../../layers/dense.js';
import { depthwiseConv2d } from '../../layers/depthwiseConv2d.js';
import { dropout } from '../../layers/dropout.js';
import { embedding } from '../../layers/embedding.js';
import { flatten } from '../../layers/flatten.js';
import { globalAveragePool2d } from '../../layers/globalAveragePool2d.js';
import type { Layer } from '../../layers/layer.js';
import { layerNorm } from '../../layers/layerNorm.js';
import { maxPool2d } from '../../layers/maxPool2d.js';
import { multiplyLayers } from '../../layers/multiplyLayers.js';
import { reshape } from '../../layers/reshape.js';
import { sameShape } from '../../core/shapes.js';
import type { BlockConfig, BlockNode, BlockPort } from './blockLayer.js';
import { channelsLast, sameOrder } from './values.js';

/** A layer, and what it calls the weights in the order of the block's. */
export interface NativeLayer {
  readonly layer: Layer;
  readonly names: readonly string[];
}

/** A block of one node. */
interface Single {
  readonly node: BlockNode;
  readonly config: BlockConfig;
  readonly x: BlockPort;
  readonly y: BlockPort;
  readonly name: string;
}

const rankOf = ({ order }: BlockPort): number => order.length;
const isPlain = (port: BlockPort): boolean => sameOrder(port.order, undefined, rankOf(port));
const isImage = (port: BlockPort): boolean => rankOf(port) === 4 && sameOrder(port.order, channelsLast(4), 4);

/** A number of a node, or a default; `undefined` for what is no number. */
function numberOf({ attributes }: BlockNode, key: string, missing?: number): number | undefined {
  const value = attributes[key] ?? missing;
  return typeof value === 'number' ? value : undefined;
}

function listOf({ attributes }: BlockNode, key: string, missing: readonly number[]): number[] {
  const value = attributes[key];
  return Array.isArray(value) ? value.map(Number) : [...missing];
}

/** The weight at input i, if the node has one there. */
const weightAt = ({ config, node }: Single, i: number) => config.weights.find(({ name }) => name === node.inputs[i]);

/** Whether the weights of the block are the inputs from `first` on, in this order, and nothing else comes in. */
function weightsAre({ config, node }: Single, first: number): boolean {
  const names = node.inputs.slice(first).filter((name) => name !== '');
  return config.weights.map(({ name }) => name).join('\n') === names.join('\n') && config.inputs.length === first;
}

type Pairs = readonly [readonly [number, number], readonly [number, number]];

/** Strides, and pads as the library has them; `undefined` for what layers lack. */
function windowOf(node: BlockNode): { strides: [number, number]; padding: Pairs | 'valid' | 'same' } | undefined {
  const [top = 0, left = 0, bottom = 0, right = 0] = listOf(node, 'pads', []);
  const [row = 1, column = 1] = listOf(node, 'strides', []);
  const auto = node.attributes['auto_pad'] ?? 'NOTSET';
  const pads: Pairs = [[top, bottom], [left, right]]; // prettier-ignore
  const padding = { NOTSET: pads.flat().some((n) => n > 0) ? pads : 'valid', VALID: 'valid', SAME_UPPER: 'same' } as const; // prettier-ignore
  const known = auto === 'NOTSET' || auto === 'VALID' || auto === 'SAME_UPPER' ? padding[auto] : undefined;
  return known && { strides: [row, column], padding: known };
}

/** The activation that was joined to a product. */
function joinedActivation({ attributes }: BlockNode): Activation | undefined {
  const { activation: name, slope } = attributes;
  if (name === 'leakyRelu') return typeof slope === 'number' ? { name, slope } : undefined;
  return name === 'relu' || name === 'sigmoid' || name === 'tanh' ? name : undefined;
}

function convolution(single: Single): NativeLayer | undefined {
  const { node, x, y, name } = single;
  const window = windowOf(node);
  const weight = weightAt(single, 1);
  if (!window || !weight || !isImage(x) || !isImage(y) || !weightsAre(single, 1)) return undefined;
  const [height = 1, width = 1, , filters = 1] = weight.shape;
  const [down = 1, across = 1] = listOf(node, 'dilations', []);
  const useBias = weightAt(single, 2) !== undefined;
  const groups = numberOf(node, 'group', 1) ?? 1;
  const channels = x.shape[2] ?? 1;
  const common = { ...window, kernelSize: [height, width], dilations: [down, across], useBias, name, activation: joinedActivation(node) ?? 'linear' } as const; // prettier-ignore
  const layer =
    groups > 1 && groups === channels
      ? depthwiseConv2d({ ...common, depthMultiplier: filters / channels })
      : conv2d({ ...common, filters, groups });
  return { layer, names: ['kernel', 'bias'] };
}

function product(single: Single): NativeLayer | undefined {
  const { node, x, y, name } = single;
  const weight = weightAt(single, 1);
  const isMatrix = weight?.shape.length === 2 && isPlain(x) && isPlain(y) && weightsAre(single, 1);
  const bias = weightAt(single, 2);
  // A Gemm's matrix is kept as it is used; a product with another matrix is not this layer
  const [from, units] = weight?.shape ?? [];
  if (!isMatrix || from !== x.shape.at(-1) || units === undefined || units !== y.shape.at(-1)) return undefined;
  if (node.inputs[0] !== x.name || rankOf(x) < 2 || (bias && bias.shape.length !== 1)) return undefined;
  if (node.op === 'Gemm' && ![['alpha', 1], ['beta', 1], ['transA', 0]].every(([key = '', value]) => (node.attributes[key] ?? value) === value)) return undefined; // prettier-ignore
  const turned = sameOrder(weight.order, [1, 0], 2);
  if (turned !== (numberOf(node, 'transB', 0) === 1)) return undefined;
  const layer = dense({ units, useBias: bias !== undefined, activation: joinedActivation(node) ?? 'linear', name });
  return { layer, names: ['kernel', 'bias'] };
}

function normalization(single: Single): NativeLayer | undefined {
  const { node, x, y, config, name } = single;
  const epsilon = numberOf(node, 'epsilon', 1e-5) ?? 0;
  const rank = rankOf(x);
  const isFeatures = rank === 2 || sameOrder(x.order, channelsLast(rank), rank);
  if (!weightsAre(single, 1) || config.weights.length !== node.inputs.length - 1 || !sameOrder(x.order, y.order, rank)) return undefined; // prettier-ignore
  if (!(epsilon > 0) || config.weights.some(({ shape }) => shape.length !== 1)) return undefined;
  if (node.op === 'LayerNormalization') {
    const axis = numberOf(node, 'axis', -1);
    const isLast = isPlain(x) && (axis === -1 || axis === rank - 1) && config.weights.length === 2;
    return isLast ? { layer: layerNorm({ epsilon, name }), names: ['gamma', 'beta'] } : undefined;
  }
  if (!isFeatures || config.frozen || config.weights.length !== 4 || node.attributes['spatial'] === 0) return undefined;
  const layer = batchNorm({ epsilon, momentum: numberOf(node, 'momentum', 0.9), name });
  return { layer, names: ['gamma', 'beta', 'movingMean', 'movingVariance'] };
}

const SIMPLE: Readonly<Record<string, Activation>> = { Relu: 'relu', Sigmoid: 'sigmoid', Tanh: 'tanh', Softplus: 'softplus', Softsign: 'softsign', Mish: 'mish', HardSwish: 'hardSwish' }; // prettier-ignore

function activationOf({ node, config, x }: Single): Activation | undefined {
  const rank = rankOf(x);
  const { op } = node;
  const alpha = (missing: number): number => numberOf(node, 'alpha', missing) ?? missing;
  if (op === 'LeakyRelu') return { name: 'leakyRelu', slope: alpha(0.01) };
  if (op === 'Elu') return { name: 'elu', alpha: alpha(1) };
  if (op === 'Gelu') return node.attributes['approximate'] === 'tanh' ? { name: 'gelu', approximate: 'tanh' } : 'gelu';
  if (op === 'Softmax') {
    const axis = numberOf(node, 'axis', config.opset < 13 ? 1 : -1);
    return isPlain(x) && (axis === rank - 1 || axis === -1) ? 'softmax' : undefined;
  }
  if (op === 'Clip') {
    const [low, high] = [1, 2].map((i) => config.constants[node.inputs[i] ?? '']?.numbers[0]);
    return config.opset >= 11 && low === 0 && high === 6 ? 'relu6' : undefined;
  }
  return SIMPLE[op];
}

function elementwise(single: Single): NativeLayer | undefined {
  const { x, y, config, name } = single;
  const form = activationOf(single);
  if (form === undefined || config.inputs.length > 1 || !sameOrder(x.order, y.order, rankOf(x))) return undefined;
  return { layer: { ...activation(form), name }, names: [] };
}

function pool(single: Single): NativeLayer | undefined {
  const { node, x, y, name } = single;
  if (node.op === 'GlobalAveragePool') {
    if (node.attributes['flat'] !== 1 || !isImage(x)) return undefined;
    return { layer: globalAveragePool2d({ name }), names: [] };
  }
  const window = windowOf(node);
  const [height = 1, width = 1] = listOf(node, 'kernel_shape', []);
  const dilated = listOf(node, 'dilations', []).some((n) => n !== 1);
  if (!window || !isImage(x) || !isImage(y) || dilated || numberOf(node, 'ceil_mode', 0) !== 0) return undefined;
  const { padding } = window;
  const isSmall = typeof padding === 'string' || padding.every(([a, b], i) => Math.max(a, b) < (i === 0 ? height : width)); // prettier-ignore
  const counted = node.op === 'AveragePool' && numberOf(node, 'count_include_pad', 0) === 1 && padding !== 'valid';
  if (!isSmall || counted) return undefined;
  const options = { ...window, poolSize: [height, width], name } as const;
  return { layer: node.op === 'MaxPool' ? maxPool2d(options) : avgPool2d(options), names: [] };
}

function reshaped({ config, x, y, name }: Single): NativeLayer | undefined {
  if (!isPlain(x) || !isPlain(y) || config.inputs.length > 1 || y.shape.length === 0) return undefined;
  const isFlat = y.shape.length === 1;
  return { layer: isFlat ? flatten({ name }) : reshape({ shape: y.shape, name }), names: [] };
}

function merged({ node, config, y, name }: Single): NativeLayer | undefined {
  const [first, ...others] = config.inputs;
  if (!first || others.length === 0 || config.weights.length > 0) return undefined;
  const rank = rankOf(first);
  const isSame = [...others, y].every((port) => sameOrder(port.order, first.order, rank) && rankOf(port) === rank);
  const inOrder = node.inputs.join('\n') === config.inputs.map((port) => port.name).join('\n');
  if (!isSame || !inOrder) return undefined;
  if (node.op === 'Concat') {
    const given = numberOf(node, 'axis') ?? 0;
    const axis = first.order.indexOf(given < 0 ? given + rank : given);
    return axis < 1 ? undefined : { layer: concatenate({ axis: axis - rank, name }), names: [] };
  }
  if (!others.every(({ shape }) => sameShape(shape, first.shape))) return undefined;
  return { layer: node.op === 'Mul' ? multiplyLayers({ name }) : addLayers({ name }), names: [] };
}

function lookup(single: Single): NativeLayer | undefined {
  const { node, x, name, config } = single;
  const table = weightAt(single, 0);
  const isTable = table?.shape.length === 2 && sameOrder(table.order, undefined, 2) && numberOf(node, 'axis', 0) === 0;
  const [inputDim = 0, outputDim = 0] = table?.shape ?? [];
  if (!isTable || node.inputs[1] !== x.name || config.inputs.length > 1 || rankOf(x) < 2) return undefined;
  return { layer: embedding({ inputDim, outputDim, name }), names: ['embeddings'] };
}

/** A layer that drops values, at a rate that is known. */
function dropping({ node, config, name }: Single): NativeLayer | undefined {
  const given = config.opset < 12 ? numberOf(node, 'ratio', 0.5) : config.constants[node.inputs[1] ?? '']?.numbers[0];
  const rate = given ?? (node.inputs[1] ? undefined : 0.5);
  if (config.frozen || typeof rate !== 'number' || !(rate >= 0 && rate < 1) || config.inputs.length > 1)
    return undefined;
  return { layer: dropout({ rate, name }), names: [] };
}

const FORMS: Readonly<Record<string, (single: Single) => NativeLayer | undefined>> = {
  Add: merged,
  AveragePool: pool,
  BatchNormalization: normalization,
  Concat: merged,
  Conv: convolution,
  Dropout: dropping,
  Flatten: reshaped,
  Gather: lookup,
  Gemm: product,
  GlobalAveragePool: pool,
  LayerNormalization: normalization,
  MatMul: product,
  MaxPool: pool,
  Mul: merged,
  Reshape: reshaped,
  Squeeze: reshaped,
  Sum: merged,
  Unsqueeze: reshaped,
};

/** The library's layer that a block is, if it is one. */
export function nativeLayer(config: BlockConfig, name: string): NativeLayer | undefined {
  const [node, ...others] = config.nodes;
  const [x] = config.inputs;
  const [y, ...more] = config.outputs;
  if (!node || !x || !y || others.length > 0 || more.length > 0 || node.outputs[0] !== y.name) return undefined;
  const single = { node, config, x, y, name };
  return (FORMS[node.op] ?? elementwise)(single);
}
