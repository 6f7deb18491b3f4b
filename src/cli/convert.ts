import { extname } from 'node:path';
import { saveModel, writeNpy, writeTensors, type NamedTensors } from '../io/index.js';
import { exportOnnx } from '../onnx/index.js';
import type { Model } from '../models/index.js';
import type { Command, Given } from './command.js';
import { CommandError, UsageError } from './errors.js';
import { checkOutputs, readBytes, writeOutputs } from './files.js';
import { FORMATS, formatOf, isOwnModel, modelOf, tensorsOf } from './formats.js';
import { encodeNpz, type NamedArray } from './npz.js';
import { inFile } from './rows.js';

const TARGETS = ['.safetensors', '.onnx', '.npz', '.npy'] as const;
type Target = (typeof TARGETS)[number];

function targetOf(path: string): Target {
  const extension = extname(path).toLowerCase();
  const found = TARGETS.find((target) => target === extension);
  if (found) return found;
  throw new UsageError(`expected a file to write that ends in ${TARGETS.join(', ')}, got ${path}`);
}

/** A model as bytes of a format. */
function modelBytes(model: Model, target: Target, given: Given): Uint8Array {
  if (target === '.safetensors') {
    const weights = given.oneOf('weights', ['f32', 'f16', 'int8']);
    return saveModel(model, weights === undefined ? {} : { weights });
  }
  if (target === '.onnx') {
    const opset = given.whole('opset', 1, 100);
    return exportOnnx(model, opset === undefined ? {} : { opset });
  }
  if (target === '.npy')
    throw new UsageError('expected .npz for the weights of a model, got .npy, which holds one array');
  const shapes = new Map(model.weights.map(({ name, shape }) => [name, shape]));
  return encodeNpz(
    Object.entries(model.getWeights()).map(([name, data]) => ({ name, data, shape: shapes.get(name) ?? [] })),
  );
}

/** Tensors as bytes of a format. */
function tensorBytes(path: string, tensors: NamedTensors, target: Target): Uint8Array {
  const all = Object.entries(tensors);
  if (target === '.safetensors') return writeTensors(tensors);
  if (target === '.onnx')
    throw new CommandError(`expected a model in ${path} to make an ONNX file, got tensors without layers`);
  if (target === '.npz') return encodeNpz(all.map(([name, tensor]): NamedArray => ({ name, shape: tensor.shape, data: tensor.data() }))); // prettier-ignore
  const [first, ...more] = all;
  if (!first || more.length > 0) throw new CommandError(`expected one tensor in ${path} to make an .npy file, got ${all.length}`); // prettier-ignore
  return writeNpy(first[1]);
}

/** Options that another target than the given one takes. */
function checkOptions(given: Given, target: Target): void {
  for (const [option, its] of [['weights', '.safetensors'], ['opset', '.onnx']] as const)
    if (given.has(option) && target !== its) throw new UsageError(`--${option}: expected a file to write that ends in ${its}, got ${target}`); // prettier-ignore
}

async function converted(from: string, target: Target, given: Given): Promise<Uint8Array> {
  const bytes = await readBytes(from);
  const format = formatOf(from, bytes);
  const isTensors = format === 'npy' || format === 'npz' || (format === 'safetensors' && !isOwnModel(bytes, format));
  if (!isTensors) {
    const model = await modelOf(from, bytes, format);
    try {
      return modelBytes(model, target, given);
    } finally {
      model.dispose();
    }
  }
  if (given.has('weights')) throw new CommandError(`--weights: expected a model in ${from}, got a file of tensors (${FORMATS[format]})`); // prettier-ignore
  const tensors = await tensorsOf(from, bytes, format);
  try {
    return tensorBytes(from, tensors, target);
  } finally {
    for (const tensor of Object.values(tensors)) tensor.dispose();
  }
}

async function run(given: Given): Promise<number> {
  const [from, to] = [given.at(0), given.at(1)];
  if (from === '-' || to === '-') throw new UsageError('expected paths of files, got -');
  const target = targetOf(to);
  checkOptions(given, target);
  await checkOutputs([to], [from]);
  try {
    const bytes = await converted(from, target, given);
    await writeOutputs([{ path: to, make: () => bytes }]);
    return 0;
  } catch (error) {
    throw inFile(from, error);
  }
}

export const convert: Command = {
  name: 'convert',
  args: 'FROM TO',
  counts: [2, 2],
  summary: 'Converts the file of a model or of arrays into another format',
  details: `FROM is told by its contents: safetensors, ONNX, TensorFlow.js (model.json with its files beside it), Keras
(.keras, .h5), .npy, .npz. TO is told by its ending: .safetensors, .onnx, .npz (weights by name), .npy (one array).`,
  options: {
    weights: { value: 'TYPE', help: 'f32, f16 or int8, of a .safetensors file of a model (default: f32)' },
    opset: { value: 'N', help: 'of an .onnx file (default: 17)' },
  },
  run,
};
