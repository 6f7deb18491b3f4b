// Floats of a file as weights of a model.
import { stridesOf } from '../../core/shapes.js';
import { Tensor } from '../../tensors/tensor.js';
import { isFloat, type FileNode, type FileTensor, type OnnxFile } from './file.js';
import { positions } from './hostNumbers.js';
import { host, ordered, type Value } from './values.js';

/** A constant of the file that may become a weight. */
export interface FileWeight extends FileTensor {
  /** Whether training changes it, unless the model is not to be trained. */
  readonly trainable: boolean;
  /** Axis i of the weight is axis order[i] in ONNX. */
  readonly order: readonly number[];
}

/** Whether the name is one that exporters give to constants. */
const isConstantName = (name: string): boolean => /^onnx::|^\d+$|const|\//i.test(name);

/**
 * How weights are kept: filters as [height, width, in, out], weights of recurrent nodes as
 * [directions, in, gates], matrices that are used transposed as what they are used as.
 */
function orderOf({ dims }: FileTensor, users: readonly (readonly [node: FileNode, input: number])[]): number[] {
  const plain = dims.map((_, axis) => axis);
  const all = (test: (node: FileNode, input: number) => boolean): boolean =>
    users.length > 0 && users.every(([node, input]) => test(node, input));
  if (all(({ op }, input) => (op === 'Conv' || op === 'ConvTranspose') && input === 1 && dims.length > 2))
    return [...plain.slice(2), 1, 0];
  if (dims.length === 3 && all(({ op }, input) => ['LSTM', 'GRU', 'RNN'].includes(op) && input > 0)) return [0, 2, 1];
  const turned = ({ op, attributes }: FileNode, input: number): boolean =>
    (op === 'Gemm' && input === 1 && attributes['transB'] === 1) ||
    (op === 'Transpose' && JSON.stringify(attributes['perm'] ?? [1, 0]) === '[1,0]');
  return dims.length === 2 && all(turned) ? [1, 0] : plain;
}

/** Inputs whose values training does not change: running statistics. */
const isStatistic = ({ op }: FileNode, input: number): boolean => op === 'BatchNormalization' && input >= 3;

/** Inputs where weights go. */
const isWeightUse = ({ op }: FileNode, input: number): boolean =>
  input > 0 && ['Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'LSTM', 'GRU', 'RNN'].includes(op);

/** Some exporters write weights as Constant nodes. Then all tensors are weights. */
function holdsWeights({ initializers, nodes }: OnnxFile, constants: ReadonlySet<string>): boolean {
  const others = [...initializers].some(([name, { dtype, dims }]) => isFloat(dtype) && dims.length > 0 && !constants.has(name)); // prettier-ignore
  return !others && nodes.some((node) => node.inputs.some((name, i) => constants.has(name) && isWeightUse(node, i)));
}

/** The floats among the constants of a file, by name. */
export function fileWeights(
  file: OnnxFile,
  constants: ReadonlySet<string>,
  trainable: boolean,
): Map<string, FileWeight> {
  const users = new Map<string, (readonly [FileNode, number])[]>();
  for (const node of file.nodes)
    node.inputs.forEach((name, i) => {
      const before = users.get(name) ?? [];
      users.set(name, [...before, [node, i]]);
    });
  const inConstants = holdsWeights(file, constants);
  const found = [...file.initializers].filter(([, { dtype }]) => isFloat(dtype));
  return new Map(
    found.map(([name, held]) => {
      const by = users.get(name) ?? [];
      const isWeight = !constants.has(name) || (inConstants && held.dims.length > 0);
      const changes = trainable && isWeight && !by.some(([node, i]) => isStatistic(node, i));
      const isFill = by.some(([{ op }]) => op === 'Where'); // of masks
      const isNumber = held.dims.length === 0 && (isFill || constants.has(name) || isConstantName(name));
      return [name, { ...held, trainable: changes && !isNumber, order: orderOf(held, by) }];
    }),
  );
}

/** Whether a constant is kept as a number of the host, not as a weight. */
const isHostNumber = ({ dims, trainable }: FileWeight): boolean => dims.length === 0 && !trainable;

/** The shape of the weight's tensor. */
export const weightShape = ({ dims, order }: FileWeight): number[] => order.map((axis) => dims[axis] ?? 1);

/** A weight without values, for its shape. */
export function weightValue(name: string, weight: FileWeight): Value {
  if (isHostNumber(weight)) return host(weight.dtype, weight.dims, weight.numbers);
  const value = ordered(Tensor.allocate(weightShape(weight)), weight.order, weight.dtype);
  return { ...value, weight: name, known: () => weight.numbers };
}

/** The numbers in the order of the weight's tensor. */
export function weightNumbers(weight: FileWeight): Float32Array {
  const { numbers, dims, order } = weight;
  if (order.every((axis, i) => axis === i)) return Float32Array.from(numbers);
  const strides = stridesOf(dims);
  const to = new Float32Array(numbers.length);
  const shape = weightShape(weight);
  const inner = shape.at(-1) ?? 1;
  const step = strides[order.at(-1) ?? 0] ?? 1;
  const begins = positions(shape.slice(0, -1), order.slice(0, -1).map((axis) => strides[axis] ?? 1)); // prettier-ignore
  begins.forEach((begin, row) => {
    for (let i = 0; i < inner; i++) to[row * inner + i] = numbers[begin + i * step] ?? 0;
  });
  return to;
}
