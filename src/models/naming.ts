// Layers find their place: names by kind and running number, shapes one from the other.
import { show } from '../core/checks.js';
import { ShapeError, refuse } from '../core/errors.js';
import { checkShape, sameShape, shapeText, type Shape } from '../core/shapes.js';
import type { Layer, WeightSpec } from '../layers/layer.js';
import { scoped } from '../tensors/scope.js';
import { isTensor } from '../tensors/tensor.js';
import { mergedShape, type NamedLayer } from './network.js';

/** A layer and what it is applied to: 0 is the network's input, k the output of layer k - 1. */
export interface Placement {
  readonly layer: Layer;
  readonly inputs: readonly number[];
  /** Position of the layer whose weights it uses. */
  readonly shares?: number | undefined;
}

/** The weights a layer asks for. */
export type WeightSpecs = Readonly<Record<string, WeightSpec>>;

/** A layer in its place, with the weights that it asks for there. */
export interface PlacedLayer {
  readonly named: NamedLayer;
  readonly specs: WeightSpecs;
}

/** Whether the two functions every layer needs are there. */
function isLayer(value: unknown): value is Layer {
  if (typeof value !== 'object' || value === null || !('apply' in value) || !('outputShape' in value)) return false;
  return typeof value.apply === 'function' && typeof value.outputShape === 'function';
}

/** The layer's weights as specifications; tensors with first values become initialisers. */
function weightSpecs(layer: Layer, inputShape: Shape): WeightSpecs {
  return scoped(
    () =>
      Object.fromEntries(
        Object.entries(layer.init?.(inputShape) ?? {}).map(([name, weight]): [string, WeightSpec] => {
          if (!isTensor(weight)) return [name, { ...weight, shape: checkShape(name, weight.shape) }];
          const values = weight.data();
          return [name, { shape: weight.shape, initializer: () => values }];
        }),
      ),
    () => [],
  );
}

/** Hands out names: the layer's own, or kind and running number from 1. */
function namer(where: string): (layer: Layer) => string {
  const counts: Record<string, number> = {};
  const taken = new Set<string>();
  return ({ kind = 'custom', name: own }) => {
    const count = (counts[kind] = (counts[kind] ?? 0) + 1);
    const name = own ?? `${kind}_${count}`;
    if (typeof name !== 'string' || name === '' || name.includes('/'))
      refuse(TypeError, where, `a layer name without '/'`, show(name));
    if (taken.has(name)) refuse(RangeError, where, 'distinct layer names', `'${name}' twice`);
    taken.add(name);
    return name;
  };
}

/** Shape and weights of a layer for these inputs; what its rules throw begins with its name. */
function fitted(name: string, layer: Layer, shapes: readonly Shape[]): { outputShape: Shape; specs: WeightSpecs } {
  try {
    const outputShape = checkShape(name, mergedShape(layer, shapes));
    return { outputShape, specs: weightSpecs(layer, shapes[0] ?? []) };
  } catch (error) {
    if (error instanceof Error && !error.message.includes(name)) error.message = `${name}: ${error.message}`;
    throw error;
  }
}

/** Shared weights must have the shapes that the layer asks for in its new place, too. */
function checkShared(name: string, before: WeightSpecs, now: WeightSpecs): void {
  for (const [short, { shape }] of Object.entries(now)) {
    const first = before[short]?.shape ?? [];
    if (sameShape(first, shape)) continue;
    refuse(ShapeError, name, `inputs for which ${short} is ${shapeText(first)}`, `one that needs ${shapeText(shape)}`);
  }
}

/** Names the layers and works out every shape. */
export function placeLayers(where: string, inputShape: Shape, placements: readonly Placement[]): PlacedLayer[] {
  const nameOf = namer(where);
  const placed: PlacedLayer[] = [];
  for (const { layer, inputs, shares } of placements) {
    const stream = placed.length + 1;
    if (!isLayer(layer))
      refuse(TypeError, where, `layer ${stream} to be an object with outputShape and apply`, show(layer));
    const original = shares === undefined ? undefined : placed[shares];
    const name = original?.named.name ?? nameOf(layer);
    const shapes = inputs.map((i) => placed[i - 1]?.named.outputShape ?? inputShape);
    const { outputShape, specs } = fitted(name, layer, shapes);
    if (original) checkShared(name, original.specs, specs);
    const place = { name, layer, inputs, shared: original !== undefined, stream, weights: Object.keys(specs) };
    placed.push({ named: { ...place, inputShape: shapes[0] ?? inputShape, outputShape }, specs });
  }
  return placed;
}
