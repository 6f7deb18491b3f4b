import { knownOptions, show } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';
import { InferenceModel } from '../../models/inferenceModel.js';
import { makeTensor } from '../../tensors/creation.js';
import type { Tensor } from '../../tensors/tensor.js';
import { layoutOf, renamer, type NameMap } from './fromTorch.js';
import type { Numbers } from './modules.js';

export interface ToTorchOptions {
  /** Names of modules for names of layers; the others keep theirs. */
  readonly map?: NameMap | undefined;
}

const WHERE = 'toTorch';

/**
 * The weights of a model as tensors with PyTorch's names and layouts: `dense_1.weight` [out, in]. `writeTensors` makes a
 * safetensors file of them, which `load_state_dict(safetensors.torch.load_file(path))` reads. `fromTorch` is its inverse.
 *
 * PyTorch keeps two biases of an LSTM and an RNN; the second one is 0.
 *
 * @param options `map`: names of modules for names of layers
 * @returns tensors, which the caller disposes
 * @throws TypeError for a layer with weights that PyTorch does not have; RangeError when the map gives two layers one name;
 *   DisposedError
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { toTorch, writeTensors } from 'wasmgrad/io';
 * import { dense } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [3] }, [dense({ units: 2 })]);
 * const tensors = toTorch(model, { map: { dense_1: 'fc1' } });
 * console.log(tensors['fc1.weight'].shape, writeTensors(tensors).length); // [2, 3] 192
 * model.dispose();
 * ```
 */
export function toTorch(model: InferenceModel, options: ToTorchOptions = {}): Record<string, Tensor> {
  knownOptions(WHERE, options, ['map']);
  if (!((model as unknown) instanceof InferenceModel)) refuse(TypeError, WHERE, 'a model', show(model));
  const rename = renamer(WHERE, options.map);
  const values = model.getWeights();
  const shapes = new Map(model.weights.map(({ name, shape }) => [name, shape]));
  const all = new Map<string, Numbers>();
  for (const { name, layer, shared, weights: shorts } of model.network.layers) {
    if (shared || shorts.length === 0) continue;
    const layout = layoutOf(layer);
    if (!layout) refuse(TypeError, WHERE, 'layers that PyTorch has', `${show(name)} of kind ${layer.kind ?? 'custom'}`);
    const weights = Object.fromEntries(
      shorts.map((short): [string, Numbers] => {
        const full = `${name}/${short}`;
        return [short, { shape: shapes.get(full) ?? [], data: values[full] ?? new Float32Array() }];
      }),
    );
    for (const [short, numbers] of Object.entries(layout.toTorch(weights))) {
      const full = `${rename(name) ?? name}.${short}`;
      if (all.has(full)) refuse(RangeError, WHERE, 'map to give distinct names', show(full));
      all.set(full, numbers);
    }
  }
  return Object.fromEntries(Array.from(all, ([name, { data, shape }]) => [name, makeTensor(WHERE, data, shape)]));
}
