import { flag, knownOptions, oneOf, wholeNumber } from '../../core/checks.js';
import { FormatError, onBehalfOf, refuse } from '../../core/errors.js';
import { valuesKnown } from '../../autodiff/op.js';
import type { Shape } from '../../core/shapes.js';
import { addedFactories } from '../../io/readModel.js';
import { READ_OPTIONS, type ReadOptions, type Source } from '../../io/sources.js';
import { model } from '../../models/functional.js';
import type { Model } from '../../models/model.js';
import { write } from '../../models/programs.js';
import { analyse, type Analysis } from './analysis.js';
import { dryRun } from './dryRun.js';
import type { OnnxFile } from './file.js';
import { folded } from './folding.js';
import { joined } from './joining.js';
import { Connector, type Connected } from './layers.js';
import { DependsOnData, MixedBatch } from './mixed.js';
import { onnxLayers } from './onnxLayers.js';
import { openOnnx } from './openOnnx.js';
import { checkInputs, modelPort, type ModelPort, type PortOptions } from './ports.js';
import { fileWeights, weightNumbers } from './weights.js';
import { wholeModel } from './wholeModel.js';

export interface ImportOnnxOptions extends ReadOptions {
  /** Whether `fit` changes the weights. Default true. With false, what is constant is computed on loading. */
  readonly trainable?: boolean | undefined;
  /** `'nhwc'`: images have their channels last, as in this library. Default `'nchw'`: as in the file. */
  readonly layout?: 'nchw' | 'nhwc' | undefined;
  /** Shapes of samples by the name of the input, where the file leaves sizes open; axes as in the file. */
  readonly inputs?: Readonly<Record<string, Shape>> | undefined;
  /** The axis of the batch in the inputs. Default 0, or the one that the file names batch. It is the model's first. */
  readonly batchAxis?: number | undefined;
}

interface Checked extends PortOptions {
  readonly trainable: boolean;
}

function checkOptions(where: string, options: ImportOnnxOptions): Checked {
  knownOptions(where, options, ['trainable', 'layout', 'inputs', 'batchAxis', ...READ_OPTIONS]);
  const { trainable = true, layout = 'nchw', inputs, batchAxis } = options;
  return {
    trainable: flag(where, 'trainable', trainable),
    layout: oneOf(where, 'layout', layout, ['nchw', 'nhwc']),
    inputs: checkInputs(where, inputs),
    batchAxis: batchAxis === undefined ? undefined : wholeNumber(where, 'batchAxis', batchAxis, { min: 0 }),
  };
}

/** The model of connected layers. */
function modelOf({ inputs, outputs, weights }: Connected, { inputs: from, outputs: to }: OnnxFile): Model {
  const named = <T>(values: readonly T[], ports: readonly { readonly name: string }[]) => {
    const [single] = values;
    if (single !== undefined && values.length === 1) return single;
    return Object.fromEntries(values.map((value, i) => [ports[i]?.name ?? '', value] as const));
  };
  const made: Model = model({ inputs: named(inputs, from), outputs: named(outputs, to) });
  for (const { name, tensor } of made.weights) {
    const weight = weights.get(name);
    if (weight) write(tensor, weightNumbers(weight));
  }
  return made;
}

/** Whether the file says all sizes of all inputs. */
const isFixed = ({ inputs }: OnnxFile): boolean =>
  inputs.every(({ dims }) => dims?.every((size) => typeof size === 'number'));

/** Whether the graph runs for exactly the sizes of the file, if it says them all. */
function runsAsItIs(where: string, file: OnnxFile, weights: Analysis['weights'], options: Checked): boolean {
  if (!isFixed(file)) return false;
  try {
    const ports = file.inputs.map((port) => modelPort(where, port, options));
    dryRun({ where, file, weights, ports });
    return true;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/** @throws MixedBatch for inputs that cannot be batches of the same samples, and for outputs that begin with another axis */
function checkBatches(where: string, ports: readonly ModelPort[], analysis?: Analysis): void {
  const sizes = new Set(ports.flatMap(({ made }) => made ?? []));
  if (ports.length === 0) throw new MixedBatch(`${where}: expected an input, got a graph without inputs`);
  if (sizes.size > 1) throw new MixedBatch(`${where}: expected batches of one size, got inputs of different sizes`);
  const turned =
    analysis &&
    isFixed(analysis.file) &&
    ports.every(({ batchAxis }) => batchAxis === 0) &&
    analysis.file.outputs.find(({ name }) => analysis.batchAxis.get(name) !== 0);
  if (turned)
    throw new MixedBatch(`${where}: expected the batch first, got the output '${turned.name}' with another order`);
}

/** Why a graph cannot be a model of single samples, if that is why it failed. */
function reasonOf(error: unknown, { inputs }: OnnxFile): string | undefined {
  if (error instanceof MixedBatch) return error.message.replace(/^[^:]*: expected .*?, got /, '');
  const isInput = error instanceof DependsOnData && inputs.some(({ name }) => name === error.value);
  return isInput ? `one whose input '${error.value}' says sizes` : undefined;
}

function build(where: string, given: OnnxFile, options: Checked): Model {
  const { trainable } = options;
  const { file: plain, constants } = folded(where, given, trainable);
  const file = joined(plain, trainable);
  const weights = fileWeights(file, constants, trainable);
  try {
    const ports = file.inputs.map((port) => modelPort(where, port, options));
    checkBatches(where, ports);
    const analysis = analyse(where, file, weights, ports, options.layout);
    checkBatches(where, ports, analysis);
    return modelOf(new Connector(analysis, !trainable).connect(), file);
  } catch (error) {
    const reason = reasonOf(error, file);
    if (reason !== undefined) return wholeModel(file, reason);
    if (error instanceof FormatError && runsAsItIs(where, file, weights, options))
      return wholeModel(file, `one for the batch of the file only (${error.message})`);
    throw error instanceof DependsOnData ? new FormatError(error.message, { cause: error }) : error;
  }
}

/** What `importOnnx` does. */
export async function importModel(source: Source, options: ImportOnnxOptions): Promise<Model> {
  const where = 'importOnnx';
  const checked = checkOptions(where, options);
  const { signal, onProgress } = options;
  const file = await openOnnx(where, source, { signal, onProgress });
  if (!valuesKnown()) refuse(TypeError, where, 'a call outside of compile', 'one inside');
  Object.assign(addedFactories, onnxLayers); // so that loadModel knows them from here on
  return onBehalfOf(where, () => build(where, file, checked));
}
