import { isPlain, knownOptions, show } from '../../core/checks.js';
import { DTypeError, FormatError, refuse, ShapeError } from '../../core/errors.js';
import { sameShape, shapeText } from '../../core/shapes.js';
import type { Layer } from '../../layers/layer.js';
import { InferenceModel } from '../../models/inferenceModel.js';
import type { NamedLayer } from '../../models/network.js';
import { makeTensor } from '../../tensors/creation.js';
import { hasDType, isTensor, type DType, type Tensor } from '../../tensors/tensor.js';
import { isBytes } from '../bytes.js';
import { bidirectionalLayout, guessedKind, layouts, type Layout, type Shapes, type Weights } from './layouts.js';
import { modulesOf, type Numbers, type TorchModule } from './modules.js';

/**
 * Names of layers for names of modules: `{ fc1: 'dense_1' }`, a list of replacements `[[/^features\.(\d+)$/, 'conv_$1']]`, or
 * a function.
 */
export type NameMap =
  | Readonly<Record<string, string>>
  | readonly (readonly [pattern: string | RegExp, replacement: string])[]
  | ((name: string) => string);

export interface FromTorchOptions {
  /** Names of layers for names of modules; the others go by their order. */
  readonly map?: NameMap | undefined;
  /** The model that the weights are for. It tells kinds and shapes, which names alone may not. */
  readonly model?: InferenceModel | undefined;
}

const WHERE = 'fromTorch';
const PICKLE =
  "tensors of a safetensors file (in Python: safetensors.torch.save_file(torch.load('model.pt'), 'model.safetensors'), of a state_dict)";

type Renaming = readonly [pattern: string | RegExp, replacement: string];

function isRenaming(value: unknown): value is Renaming {
  return Array.isArray(value) && (typeof value[0] === 'string' || value[0] instanceof RegExp) && typeof value[1] === 'string'; // prettier-ignore
}

/** Checks a map and returns it as a function; undefined where a name has no other. @throws TypeError */
export function renamer(where: string, map: NameMap | undefined): (name: string) => string | undefined {
  const given: unknown = map;
  if (given === undefined) return () => undefined;
  if (typeof map === 'function')
    return (name) => {
      const found: unknown = map(name);
      return typeof found === 'string' ? found : refuse(TypeError, where, 'map to give a string', show(found));
    };
  const entries: readonly unknown[] = Array.isArray(given) ? given : isPlain(given) ? Object.entries(given) : refuse(TypeError, where, 'map to be an object, a list or a function', show(given)); // prettier-ignore
  const rules = entries.map((entry) => (isRenaming(entry) ? entry : refuse(TypeError, where, 'map of names to names', show(entry)))); // prettier-ignore
  return (name) => {
    for (const [pattern, replacement] of rules) {
      if (typeof pattern === 'string' ? pattern === name : name.search(pattern) >= 0)
        return typeof pattern === 'string' ? replacement : name.replace(pattern, replacement);
    }
    return undefined;
  };
}

/** The layout of a layer's weights; undefined for kinds that PyTorch does not have. */
export function layoutOf({ kind, inner }: Layer): Layout | undefined {
  if (kind === 'bidirectional') return bidirectionalLayout(inner?.kind ?? '');
  if (inner) return layoutOf(inner);
  return kind !== undefined && Object.hasOwn(layouts, kind) ? layouts[kind] : undefined;
}

function checkTensors(tensors: unknown): Map<string, Numbers> {
  if (isBytes(tensors)) refuse(FormatError, WHERE, PICKLE, 'the bytes of a file');
  if (!isPlain(tensors)) refuse(TypeError, WHERE, PICKLE, show(tensors));
  return new Map(
    Object.entries(tensors).map(([name, tensor]): [string, Numbers] => {
      if (!isTensor(tensor)) refuse(TypeError, WHERE, `${show(name)} to be a tensor`, show(tensor));
      const isCounter = name.endsWith('num_batches_tracked');
      if (!hasDType(tensor, 'f32') && !isCounter) refuse(DTypeError, WHERE, `${show(name)} to be f32`, tensor.dtype);
      return [name, { shape: tensor.shape, data: Float32Array.from(tensor.data()) }];
    }),
  );
}

function text({ name, tensors }: TorchModule): string {
  const [[short, { shape }] = ['', { shape: [] }]] = Object.entries(tensors);
  return `${show(name === '' ? short : `${name}.${short}`)} ${shapeText(shape)}`;
}

/** Throws when weights are not those of the layer. */
function checkFit(module: TorchModule, { name }: NamedLayer, weights: Weights, shapes: Shapes): void {
  for (const [short, shape] of Object.entries(shapes)) {
    const found = weights[short];
    const what = `${show(`${name}/${short}`)} of shape ${shapeText(shape)}`;
    if (!found) refuse(ShapeError, WHERE, what, `none in ${text(module)}`);
    if (!sameShape(found.shape, shape)) refuse(ShapeError, WHERE, what, `${shapeText(found.shape)} from ${text(module)}`); // prettier-ignore
  }
  const extra = Object.keys(weights).find((short) => !(short in shapes));
  if (extra !== undefined) refuse(ShapeError, WHERE, `layer ${show(name)} to have a weight ${extra}`, `none for ${text(module)}`); // prettier-ignore
}

/** Pairs the layers of a model with modules: those that the map names, then the others in order. */
function forModel(
  model: InferenceModel,
  modules: readonly TorchModule[],
  rename: (name: string) => string | undefined,
): [NamedLayer, Weights][] {
  // prettier-ignore
  const layers = model.network.layers.filter(({ shared, weights }) => !shared && weights.length > 0);
  const shapesOf = ({ name, weights }: NamedLayer): Shapes =>
    Object.fromEntries(weights.map((short) => [short, model.weights.find((weight) => weight.name === `${name}/${short}`)?.shape ?? []])); // prettier-ignore
  const left = new Map(modules.map((module) => [module, rename(module.name)]));
  for (const [module, name] of left)
    if (name !== undefined && !layers.some((layer) => layer.name === name))
      refuse(RangeError, WHERE, `map to name one of ${layers.map((layer) => layer.name).join(', ')}`, `${show(name)} for ${text(module)}`); // prettier-ignore
  const pairs = layers.map((named): [NamedLayer, Weights] => {
    const { name, layer } = named;
    const layout = layoutOf(layer);
    if (!layout) refuse(TypeError, WHERE, 'layers that PyTorch has', `${show(name)} of kind ${layer.kind ?? 'custom'}`);
    const shapes = shapesOf(named);
    const candidates = [...left].filter(
      ([module, own]) => own === name || (own === undefined && layout.accepts(module)),
    );
    const named_ = candidates.filter(([, own]) => own === name);
    const usable = (named_.length > 0 ? named_ : candidates).map(([module]) => module);
    const fitting = usable.find((module) => fits(layout, module, shapes)) ?? usable[0];
    if (!fitting) refuse(FormatError, WHERE, `tensors for layer ${show(name)}`, 'none that are left');
    left.delete(fitting);
    const weights = layout.fromTorch(WHERE, fitting, shapes);
    checkFit(fitting, named, weights, shapes);
    return [named, weights];
  });
  const [extra] = left.keys();
  if (extra) refuse(FormatError, WHERE, `a layer for ${text(extra)}`, 'none that is left in the model');
  return pairs;
}

/** Whether a module has just the weights of these shapes. An embedding and a dense layer without bias look alike otherwise. */
function fits(layout: Layout, module: TorchModule, shapes: Shapes): boolean {
  try {
    const weights = layout.fromTorch(WHERE, module, shapes);
    const names = Object.keys(weights);
    return names.length === Object.keys(shapes).length && names.every((name) => sameShape(weights[name]?.shape ?? [], shapes[name] ?? [])); // prettier-ignore
  } catch {
    return false; // the error is thrown again when no other module fits
  }
}

/** Names and weights without a model: kinds are guessed, and counted like those of layers. */
function withoutModel(
  modules: readonly TorchModule[],
  rename: (name: string) => string | undefined,
): [string, Weights][] {
  // prettier-ignore
  const counts = new Map<string, number>();
  return modules.map((module) => {
    const single = guessedKind(module);
    const both = ['lstm', 'gru', 'simpleRnn'].find((kind) => bidirectionalLayout(kind)?.accepts(module));
    const kind = single ?? (both && 'bidirectional');
    const layout = single === undefined ? bidirectionalLayout(both ?? '') : layouts[single];
    if (kind === undefined || !layout) refuse(FormatError, WHERE, 'modules that are layers', text(module));
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return [rename(module.name) ?? `${kind}_${count}`, layout.fromTorch(WHERE, module, undefined)];
  });
}

/**
 * The weights in tensors of PyTorch's, by the names and in the layouts of the library, for `model.setWeights`. The
 * tensors are those of a `state_dict`, as `readTensors` gives them from a safetensors file, of Hugging Face too.
 *
 * Linear, Conv1d, Conv2d (depthwise too), ConvTranspose2d, BatchNorm, LayerNorm, Embedding, PReLU, RNN, LSTM, GRU (several
 * layers, both directions) and MultiheadAttention. Modules belong to layers by the `map`, and else by their order among
 * the modules of their kind. Without `model`, layers are named as by default (`dense_1`, `conv2d_1`, ...), and kinds that
 * look alike are taken to be conv2d, dense and layerNorm: give the model if there are depthwise or transposed convolutions.
 *
 * @param options `map`: names of layers for names of modules; `model`: the model that the weights are for
 * @returns tensors, which the caller disposes
 * @throws FormatError for a tensor without a layer or a layer without a tensor, and for bytes of a pickle (`.pt`);
 *   ShapeError naming tensor and weight; RangeError for an unknown layer in `map`; TypeError, DTypeError
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { fromTorch } from 'wasmgrad/io';
 * import { dense } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const tensors = { 'fc.weight': tensor([[1, 2, 3]]), 'fc.bias': tensor([0.5]) }; // readTensors(await file.arrayBuffer())
 * const model = sequential({ inputShape: [3] }, [dense({ units: 1 })]);
 * model.setWeights(fromTorch(tensors, { map: { fc: 'dense_1' }, model }));
 * console.log(model.predict([[1, 1, 1]]).item()); // 6.5
 * model.dispose();
 * ```
 */
export function fromTorch(
  tensors: Readonly<Record<string, Tensor<DType>>>,
  options: FromTorchOptions = {},
): Record<string, Tensor> {
  knownOptions(WHERE, options, ['map', 'model']);
  const { model } = options;
  if (model !== undefined && !((model as unknown) instanceof InferenceModel))
    refuse(TypeError, WHERE, 'model to be a model', show(model));
  const rename = renamer(WHERE, options.map);
  const modules = modulesOf(checkTensors(tensors));
  const found = model
    ? forModel(model, modules, rename).map(([{ name }, weights]): [string, Weights] => [name, weights])
    : withoutModel(modules, rename);
  const all = found.flatMap(([layer, weights]) =>
    Object.entries(weights).map(([short, numbers]): [string, Numbers] => [`${layer}/${short}`, numbers]),
  );
  if (new Set(all.map(([name]) => name)).size < all.length)
    refuse(RangeError, WHERE, 'map to give each layer one module', 'one layer for two');
  return Object.fromEntries(all.map(([name, { data, shape }]) => [name, makeTensor(WHERE, data, shape)]));
}
