import type { Source } from '../../io/sources.js';
import type { Model } from '../../models/model.js';
import type { ImportOnnxOptions } from './importModel.js';

export type { ImportOnnxOptions };

/**
 * The model in an ONNX file, for prediction and training. It takes and gives batches: the axis of the batch comes first,
 * and its size is free. Images are [channels, height, width] as in the file, unless `layout` is `'nhwc'`. Integers are f32.
 *
 * Weights have the names of the file, with a slash before the last part: `'features.0/weight'`; filters are
 * [height, width, in, out]. Of several inputs, arrays in order or objects by name are taken; several outputs are an object.
 *
 * A graph that connects the samples of a batch, or has no batch, gives a model that predicts only: `predict` takes and
 * gives tensors of exactly the file's shapes.
 *
 * The compiler cannot know the outputs from the file: write `importOnnx<ModelWith<{ y: Tensor; z: Tensor }>>(bytes)`.
 *
 * What reads and runs graphs is loaded at the first call.
 *
 * @param source bytes, a path, URL, Response, Blob or File, and whatever else `loadModel` reads
 * @throws FormatError for a damaged file, and for what is not supported, naming the node or tensor; TypeError, RangeError
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dense } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * import { exportOnnx, importOnnx } from 'wasmgrad/onnx';
 * await init();
 * const model = sequential({ inputShape: [2] }, [dense({ units: 1, kernelInitializer: 'ones' })]);
 * const copy = await importOnnx(exportOnnx(model));
 * console.log(copy.predict([[1, 2]]).item()); // 3
 * copy.dispose();
 * model.dispose();
 * ```
 */
export function importOnnx<M extends Model = Model>(source: Source, options?: ImportOnnxOptions): Promise<M>;
export async function importOnnx(source: Source, options: ImportOnnxOptions = {}): Promise<Model> {
  const { importModel } = await import('./importModel.js');
  return importModel(source, options);
}
