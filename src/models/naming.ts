// Layers find their place: names by kind and running number, shapes one from the other.
import { show } from '../core/checks.js';
import { ShapeError } from '../core/errors.js';
import { checkShape, sameShape, shapeText, type Shape } from '../core/shapes.js';
import type { Layer } from '../layers/layer.js';
import { weightSpecs } from './initialWeights.js';
import type { NamedLayer } from './network.js';

/** A layer and what it is applied to: 0 is the network's input, k the output of layer k - 1. */
export interface Placement {
  readonly layer: Layer;
  readonly inputs: readonly number[];
  /** Position of the layer whose weights it uses. */
  readonly shares?: number | undefined;
}

/** Whether the two functions every layer needs are there. */
function isLayer(value: unknown): value is Layer {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'apply' in value &&
    typeof value.apply === 'function' &&
    'outputShape' in value &&
    typeof value.outputShape === 'function'
  );
}

function checkLayer(where: string, layer: unknown, position: number): Layer {
  if (!isLayer(layer)) {
    throw new TypeError(
      `${where}: expected layer ${position + 1} to be an object with outputShape and apply, got ${show(layer)}`,
    );
  }
  return layer;
}

/** Adds the layer's name to the message of an error its shape rule throws. */
function placed<T>(name: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof Error && !error.message.includes(name)) error.message = `${name}: ${error.message}`;
    throw error;
  }
}

/** Hands out names: the layer's own, or kind and running number from 1. */
function namer(where: string): (layer: Layer) => string {
  const counts = new Map<string, number>();
  const taken = new Set<string>();
  return (layer) => {
    const kind = layer.kind ?? 'custom';
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    const name = layer.name ?? `${kind}_${count}`;
    if (typeof name !== 'string' || name === '' || name.includes('/')) {
      throw new TypeError(`${where}: expected a layer name without '/', got ${show(name)}`);
    }
    if (taken.has(name)) throw new RangeError(`${where}: expected distinct layer names, got '${name}' twice`);
    taken.add(name);
    return name;
  };
}

/** Names the layers and works out every shape. */
export function nameLayers(where: string, inputShape: Shape, placements: readonly Placement[]): NamedLayer[] {
  const nameOf = namer(where);
  const named: NamedLayer[] = [];
  placements.forEach(({ layer: given, inputs, shares }, position) => {
    const layer = checkLayer(where, given, position);
    const original = shares === undefined ? undefined : named[shares];
    const name = original?.name ?? nameOf(layer);
    const shapes = inputs.map((i) => (i === 0 ? inputShape : (named[i - 1]?.outputShape ?? inputShape)));
    const shape = shapes[0] ?? inputShape;
    const outputShape = placed(name, () => checkShape(name, shapeFrom(layer, shapes)));
    const specs = placed(name, () => weightSpecs(layer, shape));
    if (original) checkShared(original, shape);
    const weights = Object.keys(specs);
    const stream = position + 1;
    named.push({
      name,
      layer,
      inputs,
      shared: original !== undefined,
      inputShape: shape,
      outputShape,
      stream,
      weights,
    });
  });
  return named;
}

function shapeFrom(layer: Layer, shapes: readonly Shape[]): Shape {
  if (shapes.length === 1) return layer.outputShape(shapes[0] ?? []);
  if (layer.merge) return layer.merge.outputShape(shapes);
  throw new TypeError(`expected one input, got ${shapes.length} (addLayers and concatenate take several)`);
}

/** Shared weights must have the shapes that the layer asks for in its new place, too. */
function checkShared({ name, layer, inputShape }: NamedLayer, shape: Shape): void {
  const before = weightSpecs(layer, inputShape);
  for (const [short, spec] of Object.entries(weightSpecs(layer, shape))) {
    const first = before[short]?.shape ?? [];
    if (!sameShape(first, spec.shape))
      throw new ShapeError(
        `${name}: expected inputs for which ${short} is ${shapeText(first)}, got one that needs ${shapeText(spec.shape)}`,
      );
  }
}
