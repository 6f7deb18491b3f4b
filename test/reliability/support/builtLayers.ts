import { sequential } from '../../../src/models/index.js';
import type { Callable, Row, Rows } from '../../fuzz/row.js';
import { layerRows } from '../../fuzz/rows/layers.js';
import { wrong } from '../../support/wrong.js';

/** Shapes of samples, of which at least one suits each layer. */
const SHAPES = [[4, 4, 2], [4, 2], [9], [4]]; // prettier-ignore

/** Layers as parts of models: their shape rules and their weights. */
export function builtRows(): Rows {
  return Object.fromEntries(
    Object.entries(layerRows()).flatMap(([name, row]): [string, Row][] => {
      if ('exempt' in row || /l1|l2/.test(name)) return [];
      return SHAPES.map((inputShape) => [`${name} of [${inputShape.join()}]`, built(name, row, inputShape)]);
    }),
  );
}

function built(name: string, { args, call }: Row, inputShape: readonly number[]): Row {
  const build: Callable = (...given: readonly unknown[]) =>
    sequential({ inputShape }, wrong([Reflect.apply(call, undefined, given)]));
  const kind = name.replace('layers/', '');
  return { room: 'layers', call: build, args, names: ['sequential', kind, `${kind}_1`, 'own'] };
}
