import { show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import { checkShape, type Shape } from '../../core/shapes.js';
import type { Layer } from '../../layers/layer.js';
import {
  blockLayer,
  partLayer,
  type BlockConfig,
  type BlockNode,
  type BlockPort,
  type BlockWeight,
} from './blockLayer.js';
import { DTYPES, type FileAttribute, type FileDType, type FileTensor } from './file.js';
import type { HostConstant } from './hostConstants.js';

type Plain = Readonly<Record<string, unknown>>;

const where = 'onnx layer';

function recordOf(value: unknown): Plain {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  refuse(FormatError, where, 'an object', show(value));
}

function listOf<T>(value: unknown, each: (entry: unknown) => T): T[] {
  if (Array.isArray(value)) return value.map(each);
  refuse(FormatError, where, 'a list', show(value));
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : refuse(FormatError, where, 'a text', show(value));
const numberOf = (value: unknown): number =>
  typeof value === 'number' ? value : refuse(FormatError, where, 'a number', show(value));
const shapeOf = (value: unknown): Shape => checkShape(where, value);
const dtypeOf = (value: unknown): FileDType =>
  Object.values(DTYPES).find((dtype) => dtype === value) ?? refuse(FormatError, where, 'an element type', show(value));

function tensorOf(value: unknown): FileTensor {
  const { dtype, dims, numbers } = recordOf(value);
  return { dtype: dtypeOf(dtype), dims: shapeOf(dims), numbers: listOf(numbers, Number) };
}

function attributeOf(value: unknown): FileAttribute {
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (!Array.isArray(value)) return tensorOf(value);
  return value.every((entry) => typeof entry === 'string') ? value.map(textOf) : value.map(numberOf);
}

function nodeOf(value: unknown): BlockNode {
  const { op, name, domain, inputs, outputs, attributes } = recordOf(value);
  const read = Object.entries(recordOf(attributes)).map(([key, entry]) => [key, attributeOf(entry)] as const);
  return {
    op: textOf(op),
    name: textOf(name),
    domain: textOf(domain),
    inputs: listOf(inputs, textOf),
    outputs: listOf(outputs, textOf),
    attributes: Object.fromEntries(read),
  };
}

function portOf(value: unknown): BlockPort {
  const { name, dtype, shape, order } = recordOf(value);
  return { name: textOf(name), dtype: dtypeOf(dtype), shape: shapeOf(shape), order: listOf(order, numberOf) };
}

function weightOf(value: unknown): BlockWeight {
  const { short, trainable } = recordOf(value);
  return { ...portOf(value), short: textOf(short), trainable: trainable === true };
}

function entryOf(value: unknown): HostConstant['numbers'][number] {
  if (typeof value === 'number' || typeof value === 'string') return value;
  const [base = 0, slope = 0] = listOf(value, numberOf);
  return [base, slope];
}

function constantOf(value: unknown): HostConstant {
  const { dtype, dims, numbers } = recordOf(value);
  return { dtype: dtypeOf(dtype), dims: listOf(dims, entryOf), numbers: listOf(numbers, entryOf) };
}

/** The configuration of a layer of kind `onnx` in a saved file. @throws FormatError */
function blockConfig(config: unknown): BlockConfig {
  const { opset, nodes, inputs, outputs, weights, constants, made, frozen, indices } = recordOf(config);
  const named = Object.entries(recordOf(constants)).map(([key, entry]) => [key, constantOf(entry)] as const);
  return {
    opset: numberOf(opset),
    nodes: listOf(nodes, nodeOf),
    inputs: listOf(inputs, portOf),
    outputs: listOf(outputs, portOf),
    weights: listOf(weights, weightOf),
    constants: Object.fromEntries(named),
    made: made === undefined ? undefined : numberOf(made),
    frozen: frozen === true,
    indices: indices === undefined ? undefined : numberOf(indices),
  };
}

/**
 * Factories of the layers that `importOnnx` makes, for `loadModel`.
 *
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { loadModel, saveModel } from 'wasmgrad/io';
 * import { dense } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * import { exportOnnx, importOnnx, onnxLayers } from 'wasmgrad/onnx';
 * await init();
 * const model = sequential({ inputShape: [2] }, [dense({ units: 1, activation: 'tanh' })]);
 * const copy = await importOnnx(exportOnnx(model));
 * const loaded = loadModel(saveModel(copy), { layers: onnxLayers });
 * console.log(loaded.predict([[1, 2]]).shape); // [1, 1]
 * ```
 */
export const onnxLayers: Readonly<Record<'onnx' | 'onnxPart', (config: Plain) => Layer>> = {
  onnx: (config) => blockLayer(blockConfig(config)),
  onnxPart: ({ begin, shape }) => partLayer({ begin: numberOf(begin), shape: shapeOf(shape) }),
};
