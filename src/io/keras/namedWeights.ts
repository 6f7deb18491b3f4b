// Weights that are found by their names: 'inner/lstm/lstm_cell/kernel'.
import { show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import type { StoredWeight, WeightFile } from './build.js';
import type { Slot } from './slots.js';

/** A name as `/part/part/last`, without the `:0` of TensorFlow's variables. */
function pathOf(name: string): string {
  return `/${name.replace(/:\d+$/, '')}`;
}

/** Whether a weight of this path fits the slot of a layer. */
function fits(path: string, layer: string, { names, part }: Slot): boolean {
  const at = path.lastIndexOf(`/${layer}/`);
  if (at < 0) return false;
  const parts = path.slice(at + layer.length + 2).split('/');
  const last = parts.pop() ?? '';
  return names.includes(last) && (part === '' || parts.some((each) => each.startsWith(part)));
}

/** Of several, those whose path has the most of the models that the layer is in. */
function nearest(found: readonly StoredWeight[], models: readonly string[]): readonly StoredWeight[] {
  const score = ({ name }: StoredWeight): number => models.filter((each) => pathOf(name).includes(`/${each}/`)).length;
  const best = Math.max(...found.map(score));
  return found.filter((each) => score(each) === best);
}

/** The weights among `stored` that fit a layer's slots. @throws FormatError when two fit */
export function findByName(
  where: string,
  stored: readonly StoredWeight[],
  path: readonly string[],
  slots: readonly Slot[],
): (StoredWeight | undefined)[] {
  const layer = path.at(-1) ?? '';
  return slots.map((slot) => {
    const found = stored.filter(({ name }) => fits(pathOf(name), layer, slot));
    if (found.length < 2) return found[0];
    const [only, other] = nearest(found, path.slice(0, -1));
    if (other) refuse(FormatError, where, `one weight ${slot.names[0]} of layer ${show(layer)}`, `${show(only?.name)} and ${show(other.name)}`); // prettier-ignore
    return only;
  });
}

/** A file whose weights have names. */
export function namedWeights(where: string, stored: readonly StoredWeight[]): WeightFile {
  return {
    find: (path, slots) =>
      findByName(
        where,
        stored,
        path.map(({ name }) => name),
        slots,
      ),
  };
}
