// Networks that are not sequential. Symbolic values record which layer is applied to which values; the model sorts the
// layers so that each comes after its inputs.
import { isPlain, knownOptions, show } from '../core/checks.js';
import { refuse, onBehalfOf } from '../core/errors.js';
import { checkShape, shapeText, sizeOf, type Shape } from '../core/shapes.js';
import type { Layer } from '../layers/layer.js';
import { isLayer } from '../layers/support/wrappers.js';
import { concat } from '../ops/concat.js';
import { reshape } from '../ops/reshape.js';
import { maskSteps } from '../ops/maskSteps.js';
import { slice } from '../ops/slice.js';
import { runtime } from '../runtime/state.js';
import type { Tensor } from '../tensors/tensor.js';
import { buildPlan, checkSampleShape, initialWeights, type Plan } from './build.js';
import { InferenceModel } from './inferenceModel.js';
import { Model } from './model.js';
import { modelShape, type ModelAsLayer, type Placement } from './placing.js';
import type { ModelWith } from './several/modelWith.js';
import { makePorts } from './several/convert.js';

type Part = Layer | InferenceModel;

/** A value in a functional model: an input, or the output of a layer. Nothing is computed yet. */
export class Symbolic {
  /** Shape of one sample. */
  readonly shape: Shape;
  /** @internal */
  readonly layer: Part | undefined;
  /** @internal */
  readonly sources: readonly Symbolic[];

  /** @internal Made by `input` and `connect`. */
  constructor(shape: Shape, layer: Part | undefined, sources: readonly Symbolic[]) {
    this.shape = shape;
    this.layer = layer;
    this.sources = sources;
  }
}

/**
 * An input of a functional model.
 *
 * @param options `shape` of one sample, without the batch axis
 * @throws TypeError, ShapeError
 * @example
 * ```ts
 * import { input } from 'wasmgrad/models';
 * console.log(input({ shape: [28, 28, 1] }).shape); // [28, 28, 1]
 * ```
 */
export function input(options: { readonly shape: Shape }): Symbolic {
  knownOptions('input', options, ['shape']);
  return new Symbolic(checkSampleShape('input', options.shape), undefined, []);
}

/**
 * Applies a layer, or several in a row, to symbolic values. A layer object applied again shares its weights. A model with
 * one output is applied like a layer, and shares its weights, too.
 *
 * @param layers a layer or model, or an array of them applied one after the other
 * @param sources one value; several for layers that merge, like `addLayers` and `concatenate`, and for models with
 *   several inputs
 * @throws TypeError, ShapeError when the layer does not fit; DisposedError
 * @example
 * ```ts
 * import { dense } from 'wasmgrad/layers';
 * import { connect, input } from 'wasmgrad/models';
 * const x = input({ shape: [4] });
 * console.log(connect([dense({ units: 8 }), dense({ units: 2 })], x).shape); // [2]
 * ```
 */
export function connect(
  layers: Layer | ModelAsLayer | readonly (Layer | ModelAsLayer)[],
  ...sources: readonly Symbolic[]
): Symbolic {
  if (sources.length === 0) refuse(TypeError, 'connect', 'a layer and what to apply it to', 'no value');
  for (const source of sources) checkSymbolic('connect', source);
  const list: readonly unknown[] = Array.isArray(layers) ? layers : [layers];
  if (list.length === 0) refuse(TypeError, 'connect', 'at least one layer', 'none');
  const row = Array.from(list, checkPart);
  return onBehalfOf('connect', () => {
    const [end] = row.reduce((values, layer) => [new Symbolic(shapeOf(layer, values), layer, values)], sources);
    return checkSymbolic('connect', end);
  });
}

function checkPart(layer: unknown): Part {
  if (layer instanceof InferenceModel || isLayer(layer)) return layer;
  refuse(TypeError, 'connect', 'a layer', show(layer));
}

function checkSymbolic(where: string, value: unknown): Symbolic {
  if (value instanceof Symbolic) return value;
  refuse(TypeError, where, 'values made by input() and connect()', show(value));
}

function shapeOf(layer: Part, sources: readonly Symbolic[]): Shape {
  const shapes = sources.map(({ shape }) => shape);
  if (layer instanceof InferenceModel) return modelShape('connect', layer, shapes);
  if (shapes.length === 1) return checkShape('connect', layer.outputShape(shapes[0] ?? []));
  if (layer.merge) return checkShape('connect', layer.merge.outputShape(shapes));
  const kind = layer.kind ?? 'custom';
  refuse(TypeError, 'connect', `one value for ${kind} (addLayers and concatenate take several)`, shapes.length);
}

interface PartOptions {
  readonly begin: number;
  readonly shape: Shape;
  /** Whether lengths belong to it. */
  readonly sequence?: boolean | undefined;
}

/** A layer that takes one of several inputs out of a row in which they lie side by side. */
export function inputPart(options: PartOptions): Layer {
  const { begin, shape, sequence } = options;
  return {
    kind: 'inputPart',
    config: { begin, shape, ...(sequence && { sequence }) },
    outputShape: () => shape,
    apply: (_, x, { lengths }) => {
      const rows = x.shape[0] ?? 0;
      const part = reshape(slice(x, [0, begin], [rows, sizeOf(shape)]), [rows, ...shape]);
      return lengths && sequence ? { output: maskSteps(part, lengths), lengths } : { output: part, lengths: null };
    },
  };
}

/** A layer that puts several outputs side by side in a row. */
export function outputRow(): Layer {
  return {
    kind: 'outputRow',
    config: {},
    outputShape: (shape) => [sizeOf(shape)],
    apply: (_, x) => reshape(x, [x.shape[0] ?? 0, -1]),
    merge: {
      outputShape: (shapes) => [shapes.reduce((total, shape) => total + sizeOf(shape), 0)],
      apply: (xs) =>
        concat(
          xs.map((x) => reshape(x, [x.shape[0] ?? 0, -1])),
          1,
        ),
    },
  };
}

/**
 * Which inputs lengths belong to: of the sequences (`[T, ...]`, and indices `[T]` that an embedding takes), those with as
 * many steps as the first.
 */
function sequencesOf(inputs: readonly Symbolic[], outputs: readonly Symbolic[]): (value: Symbolic) => boolean {
  const embedded = new Set<Symbolic>();
  const seen = new Set<Symbolic>();
  const visit = (value: Symbolic): void => {
    if (seen.has(value)) return;
    seen.add(value);
    const { layer, sources } = value;
    if ((layer instanceof InferenceModel ? layer.network : layer)?.indices !== undefined)
      for (const source of sources) embedded.add(source);
    sources.forEach(visit);
  };
  outputs.forEach(visit);
  const sequences = inputs.filter((value) => value.shape.length > 1 || embedded.has(value));
  return (value) => sequences.includes(value) && value.shape[0] === sequences[0]?.shape[0];
}

/**
 * The layers that the outputs need, each after its inputs. The last one makes the single output or the row of outputs.
 */
function placementsOf(inputs: readonly Symbolic[], outputs: readonly Symbolic[]): Placement[] {
  const placements: Placement[] = [];
  const position = new Map<Symbolic, number>(); // 0 the network's input, k the output of placement k - 1
  const firstUse = new Map<Part, number>();
  const place = (layer: Part, from: readonly number[]): number => {
    const shares = firstUse.get(layer);
    if (shares === undefined) firstUse.set(layer, placements.length);
    return placements.push({ layer, inputs: from, shares });
  };
  let begin = 0;
  const isSequence = sequencesOf(inputs, outputs);
  for (const source of inputs) {
    const part = { begin, shape: source.shape, sequence: isSequence(source) };
    position.set(source, inputs.length === 1 ? 0 : place(inputPart(part), [0]));
    begin += sizeOf(source.shape);
  }
  const visit = (value: Symbolic): number => {
    const known = position.get(value);
    if (known !== undefined) return known;
    if (!value.layer)
      refuse(TypeError, 'model', 'every input among inputs', `outputs that need another, ${shapeText(value.shape)}`);
    const at = place(value.layer, value.sources.map(visit));
    position.set(value, at);
    return at;
  };
  const ends = outputs.map(visit);
  if (ends.length > 1) place(outputRow(), ends);
  else if (!outputs[0]?.layer) refuse(TypeError, 'model', 'an output that a layer makes', 'an input');
  return placements;
}

/** Checks one value or several, and returns them with their names if they have any. */
function listOfValues(what: string, given: Values): { values: readonly Symbolic[]; names: string[] | undefined } {
  const named = isPlain(given);
  const list: unknown = given instanceof Symbolic ? [given] : named ? Object.values(given) : given;
  if (!Array.isArray(list) || list.length === 0)
    refuse(TypeError, 'model', `${what} to be a value, or an array or object of values`, show(given));
  const values = Array.from(list, (value) => checkSymbolic('model', value)); // holes are refused, too
  if (new Set(values).size < values.length) refuse(TypeError, 'model', `distinct ${what}`, 'one twice');
  return { values, names: named ? Object.keys(given) : undefined };
}

/** One value, several in order, or several by name. */
type Values = Symbolic | readonly Symbolic[] | Readonly<Record<string, Symbolic>>;

/** The type of a model's prediction for outputs given in this form. */
type PredictionOf<Outputs> = Outputs extends Symbolic | readonly [Symbolic]
  ? Tensor
  : Outputs extends readonly Symbolic[]
    ? number extends Outputs['length']
      ? Tensor | Tensor[] // a single one in an array is predicted as a tensor
      : { -readonly [Each in keyof Outputs]: Tensor }
    : { [Each in keyof Outputs]: Tensor };

export interface FunctionalOptions<Outputs extends Values = Values> {
  /** An input, or several: an array, or an object with their names. */
  readonly inputs: Values;
  /** An output, or several: an array, or an object with their names. */
  readonly outputs: Outputs;
  /** Seed of the initial weights. Whole number >= 0, default 0. */
  readonly seed?: number | undefined;
  /** The name of the model as a layer of others. Default `'model_1'`, with the number among the models there. */
  readonly name?: string | undefined;
}

/**
 * A model of layers connected in any way without cycles: residual connections, several inputs or outputs. It is
 * trained, evaluated and saved like one made by `sequential`.
 *
 * `lengths` belong to the sequences among several inputs that have as many steps as the first of them; a sequence is an
 * input of two or more axes, or one of indices for an `embedding`. Padding there must be finite.
 *
 * Several inputs, outputs, targets, losses and loss weights are arrays in the order of `inputs` and `outputs`, or
 * objects when names were given there. The result of `predict` has the form of `outputs`: a tensor for one output (in
 * an array or not), else an array or object of tensors. A custom loss, or a custom metric without `output`, is given
 * the outputs side by side in rows `[B, total]`, and the targets likewise, with class indices one-hot.
 *
 * @throws TypeError, RangeError, ShapeError; NotInitializedError before `init()`
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { addLayers, concatenate, dense } from 'wasmgrad/layers';
 * import { connect, input, model } from 'wasmgrad/models';
 * await init();
 * const [position, speed] = [input({ shape: [3] }), input({ shape: [2] })];
 * const x = connect(dense({ units: 8, activation: 'relu' }), connect(concatenate(), position, speed));
 * const y = connect(dense({ units: 1 }), connect(addLayers(), x, connect(dense({ units: 8 }), x)));
 * const network = model({ inputs: { position, speed }, outputs: { y, fast: connect(dense({ units: 2 }), x) }, seed: 1 });
 * const { y: mean, fast } = network.predict({ position: [[1, 2, 3]], speed: [[0, 1]] });
 * console.log(network.parameterCount, mean.shape, fast.shape); // 147 [1, 1] [1, 2]
 * network.dispose();
 * ```
 */
export function model<const Outputs extends Values>(
  options: FunctionalOptions<Outputs>,
): ModelWith<PredictionOf<Outputs>>;
export function model(options: FunctionalOptions): Model {
  runtime();
  knownOptions('model', options, ['inputs', 'outputs', 'seed', 'name']);
  return Model.of(buildPlan('model', functionalPlan(options), initialWeights('model', options.seed)));
}

/** @internal The plan of a functional model, whose weights come from elsewhere. */
export function functionalPlan(options: Pick<FunctionalOptions, 'inputs' | 'outputs' | 'name'>): Plan {
  const { values: inputs, names: inputNames } = listOfValues('inputs', options.inputs);
  const { values: outputs, names: outputNames } = listOfValues('outputs', options.outputs);
  for (const { layer } of inputs)
    if (layer) refuse(TypeError, 'model', 'inputs made by input()', 'the output of a layer');
  const shapes = inputs.map(({ shape }) => shape);
  const [first = []] = shapes;
  const inputShape =
    shapes.length === 1 ? first : Object.freeze([shapes.reduce((total, shape) => total + sizeOf(shape), 0)]);
  const ports = {
    inputShapes: inputs.length > 1 ? shapes : undefined,
    outputShapes: outputs.length > 1 ? outputs.map(({ shape }) => shape) : undefined,
    inputNames,
    outputNames,
  };
  return { inputShape, ...ports, placements: placementsOf(inputs, outputs), name: options.name, makePorts };
}
