// A model of the library from a Keras model and its weights.
import { show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import { sameShape, shapeText, sizeOf, type Shape } from '../../core/shapes.js';
import { isLayer } from '../../layers/support/wrappers.js';
import { buildPlan } from '../../models/build.js';
import { functionalPlan } from '../../models/functional.js';
import { Model } from '../../models/model.js';
import { write } from '../../models/programs.js';
import { fromFile } from '../readModel.js';
import { GraphBuilder, inputsOf, type InputShapes, type Origin } from './graph.js';
import type { Dialect } from './mapping.js';
import { slotsOf, type Slot } from './slots.js';
import type { KerasLayer, KerasModel } from './structure.js';

/** A weight in a file. It is read when its shape is known to be right. */
export interface StoredWeight {
  readonly name: string;
  readonly shape: Shape;
  readonly read: () => Float32Array;
}

/** The weights in a file of any format. */
export interface WeightFile {
  /**
   * The weight of a layer in each of these places; undefined where there is none.
   *
   * @param path the layer, after the models that it is in
   */
  find(path: readonly [KerasLayer, ...KerasLayer[]], slots: readonly Slot[]): readonly (StoredWeight | undefined)[];
}

/** The values of a stored weight for one of the library's. @throws FormatError */
export function valuesFor(
  where: string,
  name: string,
  shape: Shape,
  slot: Slot,
  stored: StoredWeight | undefined,
): Float32Array {
  // prettier-ignore
  if (!stored) refuse(FormatError, where, `weight ${show(name)}`, 'none in the file');
  const fits = sameShape(stored.shape, shape) || (slot.isMerged && sizeOf(stored.shape) === sizeOf(shape));
  if (!fits) refuse(FormatError, where, `${show(stored.name)} of shape ${shapeText(shape)}`, stored.shape);
  const values = stored.read();
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) refuse(FormatError, where, 'finite weights', `${values[bad]} in ${show(stored.name)}, element ${bad}`);
  return values;
}

class Weights {
  readonly #where: string;
  readonly #file: WeightFile;
  readonly #origins: ReadonlyMap<string, Origin>;
  /** What has been found for a layer, by the weights' short names. */
  readonly #found = new Map<string, ReadonlyMap<string, [Slot, StoredWeight | undefined]>>();

  constructor(where: string, file: WeightFile, origins: ReadonlyMap<string, Origin>) {
    this.#where = where;
    this.#file = file;
    this.#origins = origins;
  }

  #of(name: string): ReadonlyMap<string, [Slot, StoredWeight | undefined]> {
    const origin = this.#origins.get(name);
    const slots = origin ? slotsOf(origin.layer, origin.weights) : [];
    const stored = origin ? this.#file.find(origin.path, slots) : [];
    return new Map(slots.map((slot, i) => [slot.target, [slot, stored[i]]]));
  }

  /** Values for the weight `name`. */
  values(name: string, shape: Shape): Float32Array {
    const end = name.indexOf('/');
    const [layer, short] = [name.slice(0, end), name.slice(end + 1)];
    const found = this.#found.get(layer) ?? this.#of(layer);
    this.#found.set(layer, found);
    const place = found.get(short);
    if (!place) refuse(FormatError, this.#where, `a place for weight ${show(name)}`, 'none');
    return valuesFor(this.#where, name, shape, place[0], place[1]);
  }
}

export interface BuildOptions {
  readonly dialect: Dialect;
  /** Sizes of inputs that the file leaves open. */
  readonly inputShape?: InputShapes | undefined;
}

/** Builds the model. @throws FormatError, before memory for a weight is taken that does not fit */
export function buildModel(
  where: string,
  model: KerasModel,
  file: WeightFile,
  { dialect, inputShape }: BuildOptions,
): Model {
  return fromFile(where, () => {
    const graph = new GraphBuilder(where, dialect);
    const inputs = inputsOf(where, model, inputShape);
    const values = inputs.map(([, value]) => value);
    const outputs = graph.run(model, values, []);
    const { outputNames: names } = model;
    const named = names ? Object.fromEntries(outputs.map((value, i) => [names[i] ?? `${i}`, value])) : outputs;
    const given = {
      inputs: inputs.length > 1 ? Object.fromEntries(inputs) : values,
      outputs: outputs.length > 1 ? named : outputs,
    };
    const { placements, ...rest } = functionalPlan(given);
    const { origins } = graph;
    const plan = {
      ...rest,
      placements: placements.map((placement) => {
        const { layer } = placement;
        const isFrozen = isLayer(layer) && origins.get(layer.name ?? '')?.isFrozen === true;
        return isFrozen ? { ...placement, layer: { ...layer, trainable: false } } : placement;
      }),
    };
    const weights = new Weights(where, file, origins);
    return Model.of(
      buildPlan(where, plan, (name, { shape }) => {
        const data = weights.values(name, shape);
        return (weight) => write(weight, data);
      }),
    );
  });
}
