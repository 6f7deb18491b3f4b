import { isPlain, knownOptions, show } from '../../core/checks.js';
import { disposable, type Disposable } from '../../core/disposable.js';
import { DisposedError, FormatError, onBehalfOf, refuse, ShapeError } from '../../core/errors.js';
import { leaves } from '../../core/trees.js';
import { cast } from '../../ops/cast.js';
import { makeTensor, tensor, toTensor, type TensorData } from '../../tensors/creation.js';
import { detach, scoped } from '../../tensors/scope.js';
import { isTensor, type DType, type Tensor } from '../../tensors/tensor.js';
import { isFloat, type FilePort, type FileTensor, type OnnxFile } from './file.js';
import { READ_OPTIONS, type ReadOptions, type Source } from '../../io/sources.js';
import { openOnnx } from './openOnnx.js';
import { runNodes } from './run.js';
import { device, host, plain, type Value } from './values.js';

/** What an input of a graph may be given as. */
export type OnnxInput = Tensor<DType> | TensorData;

/** An input or output of a graph. A size that the file leaves open is its name there, or ''. */
export interface OnnxPortInfo {
  readonly name: string;
  /** ONNX's type: f32, f64, f16, bf16, i8 to i64, u8 to u64, bool. */
  readonly dtype: string;
  readonly dims: readonly (number | string)[] | undefined;
}

/** An ONNX graph as a function. */
export interface OnnxFunction extends Disposable {
  readonly inputs: readonly OnnxPortInfo[];
  readonly outputs: readonly OnnxPortInfo[];
  /** The floats of the file by name; those of one element too. */
  readonly weights: Readonly<Record<string, Tensor>>;
  /**
   * The outputs by name. Integers and booleans are i32.
   *
   * @param inputs in order, or by name
   * @param weights instead of those of the file, to differentiate by them
   */
  run(
    inputs: readonly OnnxInput[] | Readonly<Record<string, OnnxInput>>,
    weights?: Readonly<Record<string, Tensor>>,
  ): Record<string, Tensor<DType>>;
  /** Frees the weights. */
  dispose(): void;
}

/** Inputs given in order or by name, as values. */
export function inputValues(where: string, ports: readonly FilePort[], given: unknown): Map<string, Value> {
  const named = isPlain(given) ? given : undefined;
  const list: readonly unknown[] = Array.isArray(given) ? given : [];
  if (!named && list.length !== ports.length)
    refuse(TypeError, where, `${ports.length} inputs in an array or object`, show(given));
  const unknown = Object.keys(named ?? {}).find((name) => !ports.some((port) => port.name === name));
  if (unknown !== undefined) refuse(TypeError, where, `inputs ${ports.map(({ name }) => name).join(', ')}`, show(unknown)); // prettier-ignore
  return new Map(
    ports.map((port, i) => [port.name, inputValue(where, port, named ? named[port.name] : list[i])] as const),
  );
}

/** The shape of a flat typed array for an input of which at most one size is open. */
function shapeOfFlat(dims: FilePort['dims'], given: unknown): number[] | undefined {
  if (!dims || !ArrayBuffer.isView(given) || !('length' in given)) return undefined;
  const known = dims.reduce<number>((product, size) => (typeof size === 'number' ? product * size : product), 1);
  const open = dims.filter((size) => typeof size === 'string').length;
  const rest = Number(given.length) / known;
  const fits = open === 1 ? Number.isInteger(rest) : open === 0 && rest === 1;
  return fits ? dims.map((size) => (typeof size === 'number' ? size : rest)) : undefined;
}

/** A value for an input. Integers that are no tensors are numbers of the host. */
function inputValue(where: string, { name, dtype, dims }: FilePort, given: unknown): Value {
  if (given === undefined) refuse(TypeError, where, `an input ${show(name)}`, 'none');
  const flat = shapeOfFlat(dims, given);
  const x = isTensor(given) ? toTensor(given, where) : makeTensor(where, given, flat);
  const fits = !dims || (dims.length === x.shape.length && dims.every((size, i) => typeof size === 'string' || size === x.shape[i])); // prettier-ignore
  if (!fits) refuse(ShapeError, where, `${show(name)} [${dims.join(', ')}]`, x.shape);
  if (!isTensor(given) && !isFloat(dtype)) return host(dtype, x.shape, x.data());
  return device(cast(x, 'f32'), dtype);
}

/** The weights of a file as tensors. */
function weightTensors(file: OnnxFile): Record<string, Tensor> {
  const floats = [...file.initializers].filter(([, { dtype }]) => isFloat(dtype));
  const make = (): Record<string, Tensor> =>
    Object.fromEntries(floats.map(([name, { numbers, dims }]) => [name, tensor(Float32Array.from(numbers), dims)]));
  const made = scoped(make, (all) => Object.values(all));
  Object.values(made).forEach(detach);
  return made;
}

/** An initializer as a value: floats are weights. */
function initial(where: string, name: string, file: FileTensor, weights: Readonly<Record<string, Tensor>>): Value {
  if (!isFloat(file.dtype)) return file;
  const weight = weights[name] ?? refuse(TypeError, where, `a weight ${show(name)}`, 'none');
  return { ...device(weight, file.dtype), weight: name, known: () => file.numbers };
}

function outputTensor(value: Value): Tensor<DType> {
  const x = plain(value);
  const y = isFloat(value.dtype) ? x : cast(x, 'i32');
  return y.alias();
}

/** Runs a graph on values. */
export function runGraph(
  where: string,
  file: OnnxFile,
  inputs: ReadonlyMap<string, Value>,
  weights: Readonly<Record<string, Tensor>>,
): Record<string, Tensor<DType>> {
  const env = new Map(inputs);
  for (const [name, held] of file.initializers) env.set(name, initial(where, name, held, weights));
  const used = new Set([...file.nodes.flatMap((node) => node.inputs), ...file.outputs.map(({ name }) => name)]);
  const layer = { training: false, stream: 0 };
  const context = { where, opset: file.opset, layer, exact: true, updates: new Map<string, Tensor>() };
  runNodes(file.nodes, env, context, (name) => used.has(name));
  return Object.fromEntries(
    file.outputs.map(({ name }) => {
      const value = env.get(name) ?? refuse(FormatError, where, `the output ${show(name)}`, 'none');
      return [name, outputTensor(value)];
    }),
  );
}

/** What `onnxFunction` does. */
export async function graphFunction(source: Source, options: ReadOptions): Promise<OnnxFunction> {
  const where = 'onnxFunction';
  const file = await openOnnx(where, source, knownOptions(where, options, READ_OPTIONS));
  const weights = weightTensors(file);
  let disposed = false;
  const info = ({ name, dtype, dims }: FilePort): OnnxPortInfo => ({ name, dtype, dims });
  return disposable({
    inputs: file.inputs.map(info),
    outputs: file.outputs.map(info),
    weights,
    run(inputs, own = weights) {
      if (disposed) refuse(DisposedError, 'run', 'a live function', 'one after dispose()');
      const run = (): Record<string, Tensor<DType>> =>
        runGraph('run', file, inputValues('run', file.inputs, inputs), own);
      return onBehalfOf('run', () => scoped(run, (result) => leaves(result, isTensor)));
    },
    dispose() {
      if (disposed) return;
      disposed = true;
      for (const weight of Object.values(weights)) weight.dispose();
    },
  } satisfies Omit<OnnxFunction, keyof Disposable> & { dispose(): void });
}
