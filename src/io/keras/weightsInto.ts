// Weights of a file of Keras' for a model that is already there.
import { FormatError, refuse } from '../../core/errors.js';
import type { Model } from '../../models/model.js';
import type { NamedLayer } from '../../models/network.js';
import type { Hdf5Group } from '../hdf5/group.js';
import { valuesFor, type StoredWeight } from './build.js';
import { hasVariables, orderedWeights, variablesOf } from './hdf5Weights.js';
import { folderOfKind, slotsOf, type Slot } from './slots.js';

type Found = [layer: NamedLayer, slots: readonly Slot[], stored: readonly (StoredWeight | undefined)[]];

/** Layers of each class in their order, as Keras 3 numbers them. */
function byClass(root: Hdf5Group, layers: readonly NamedLayer[]): Found[] {
  const counts = new Map<string, number>();
  return layers.map((named) => {
    const folder = folderOfKind(named.layer.kind ?? 'custom');
    const count = counts.get(folder) ?? 0;
    counts.set(folder, count + 1);
    const slots = slotsOf(named.layer, named.weights);
    return [named, slots, variablesOf(root, count === 0 ? folder : `${folder}_${count}`, slots)];
  });
}

/** Layers in the order in which the file names them. */
function byOrder(where: string, root: Hdf5Group, layers: readonly NamedLayer[]): Found[] {
  const names = root.texts('layer_names') ?? [];
  const groups = names.map((name) => orderedWeights(where, root.group(name) ?? refuse(FormatError, where, `layer '${name}'`, 'none in the file'))); // prettier-ignore
  const saved = groups.filter((weights) => weights.length > 0);
  if (saved.length !== layers.length)
    refuse(FormatError, where, `weights of ${layers.length} layers, as many as the model has`, saved.length);
  return layers.map((named, i) => [named, slotsOf(named.layer, named.weights), saved[i] ?? []]);
}

/** Sets all weights of a model, or none. @throws FormatError naming the weight that does not fit */
export function setWeightsFrom(where: string, root: Hdf5Group, model: Model): void {
  const layers = model.network.layers.filter(({ weights, shared }) => weights.length > 0 && !shared);
  const shapes = new Map(model.weights.map(({ name, shape }) => [name, shape]));
  const weights = root.group('model_weights') ?? root;
  const found = hasVariables(root) ? byClass(root, layers) : byOrder(where, weights, layers);
  const values: Record<string, Float32Array> = {};
  for (const [{ name, weights: shorts }, slots, stored] of found) {
    if (slots.length !== shorts.length) refuse(FormatError, where, `layers that Keras has`, `'${name}'`);
    slots.forEach((slot, i) => {
      const weight = `${name}/${slot.target}`;
      values[weight] = valuesFor(where, weight, shapes.get(weight) ?? [], slot, stored[i]);
    });
  }
  model.setWeights(values);
}
