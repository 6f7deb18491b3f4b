import type { ReadOptions, Source } from '../../io/sources.js';
import type { OnnxFunction, OnnxInput, OnnxPortInfo } from './graphFunction.js';

export type { OnnxFunction, OnnxInput, OnnxPortInfo };

/**
 * Any ONNX graph as a function of tensors with exactly its shapes, composed of operations: it can be differentiated by its
 * inputs and weights. `importOnnx` makes a model of graphs that treat the samples of a batch separately.
 *
 * What reads and runs graphs is loaded at the first call.
 *
 * @param source bytes, a path, URL, Response, Blob or File, and whatever else `loadModel` reads
 * @param options `signal` and `onProgress`, as for `loadModel`
 * @throws FormatError for a damaged file, and for what is not supported, naming the node or tensor
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dense } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * import { exportOnnx, onnxFunction } from 'wasmgrad/onnx';
 * await init();
 * const model = sequential({ inputShape: [2] }, [dense({ units: 1, kernelInitializer: 'ones' })]);
 * const graph = await onnxFunction(exportOnnx(model));
 * console.log(graph.run([[[1, 2]]]).output.data()); // 3
 * graph.dispose();
 * model.dispose();
 * ```
 */
export async function onnxFunction(source: Source, options: ReadOptions = {}): Promise<OnnxFunction> {
  const { graphFunction } = await import('./graphFunction.js');
  return graphFunction(source, options);
}
