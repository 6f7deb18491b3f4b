// The weights in HDF5 files of Keras': by layer and order in Keras 2 and .h5, by class and number in Keras 3 and .keras.
import { show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import type { Hdf5Group } from '../hdf5/group.js';
import type { StoredWeight, WeightFile } from './build.js';
import { findByName } from './namedWeights.js';
import type { Slot } from './slots.js';

/** The folders that the layers of a model are in; the second one is that of TensorFlow 2.12. */
const FOLDERS = ['layers', '_layer_checkpoint_dependencies'];

function stored(group: Hdf5Group, path: string): StoredWeight | undefined {
  const found = group.dataset(path);
  return found && { name: path, ...found };
}

/** The weights of a layer of the older format, in their order. */
export function orderedWeights(where: string, group: Hdf5Group): StoredWeight[] {
  return (group.texts('weight_names') ?? []).map(
    (name) => stored(group, name) ?? refuse(FormatError, where, `weight ${show(name)}`, 'none in the file'),
  );
}

/** The older format: a group for each layer, with the names of its weights in order. */
export function legacyWeights(where: string, root: Hdf5Group): WeightFile {
  return {
    find(path, slots) {
      const names = path.map(({ name }) => name);
      const group = root.group(names[0] ?? '');
      const weights = group ? orderedWeights(where, group) : [];
      // A model inside of another one has all weights of its layers, in another order.
      return path.length === 1 ? slots.map((_, i) => weights[i]) : findByName(where, weights, names, slots);
    },
  };
}

/** The number of each slot among those of its folder. */
export function numbered(slots: readonly Slot[]): [Slot, number][] {
  const counts = new Map<string, number>();
  return slots.map((slot) => {
    const folder = slot.folders.join();
    const number = counts.get(folder) ?? 0;
    counts.set(folder, number + 1);
    return [slot, number];
  });
}

/** The first of these paths under which there is a weight. */
function firstOf(root: Hdf5Group, paths: readonly string[]): StoredWeight | undefined {
  for (const path of paths) {
    const found = stored(root, path);
    if (found) return found;
  }
  return undefined;
}

/** Paths of the variables of a layer in one of these folders. */
export function variablePaths(layers: readonly string[], { folders }: Slot, number: number): string[] {
  return layers.flatMap((layer) =>
    folders.map((folder) => [layer, folder, 'vars', number].filter((part) => part !== '').join('/')),
  );
}

/** The newer format: variables by the classes and numbers of layers. */
export function variables(root: Hdf5Group): WeightFile {
  return {
    find(path, slots) {
      const layers = FOLDERS.flatMap((top) =>
        (['folder', 'name'] as const).map((key) => path.map((layer) => `${top}/${layer[key]}`).join('/')),
      );
      return numbered(slots).map(([slot, number]) => firstOf(root, variablePaths(layers, slot, number)));
    },
  };
}

/** Whether a file has the newer format. */
export function hasVariables(root: Hdf5Group): boolean {
  return FOLDERS.some((top) => root.keys.includes(top));
}

/** The weights of the layers of a class, one after the other. */
export function variablesOf(root: Hdf5Group, folder: string, slots: readonly Slot[]): (StoredWeight | undefined)[] {
  const layers = FOLDERS.map((top) => `${top}/${folder}`);
  return numbered(slots).map(([slot, number]) => firstOf(root, variablePaths(layers, slot, number)));
}
