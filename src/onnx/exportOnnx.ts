import { valuesKnown } from '../autodiff/op.js';
import { flag, knownOptions, show, wholeNumber } from '../core/checks.js';
import { DisposedError, onBehalfOf, refuse } from '../core/errors.js';
import { InferenceModel } from '../models/inferenceModel.js';
import type { NetworkParts } from '../models/network.js';
import { encodeModel } from './encode.js';
import type { OnnxGraph } from './graph.js';
import { onnxGraph } from './onnxGraph.js';
import { symbolic } from './symbolic.js';
import { traceNetwork } from './trace.js';

const OLDEST = 17;
const NEWEST = 24;
/** Sizes of the batches that are compared to find out which sizes depend on the batch. */
const [FEW, MORE] = [2, 3];

export interface ExportOnnxOptions {
  /** Version of ONNX's operators, 17 to 24. Default 17, which every ONNX Runtime of the last years reads. */
  readonly opset?: number | undefined;
  /** Whether the file has an input `lengths`, int32 [batch]: the valid steps of each sequence. Default false. */
  readonly lengths?: boolean | undefined;
}

/** Names from the model, else `'input'`, or `'input_1'`, `'input_2'`. */
function portNames(what: string, count: number, names: readonly string[] | undefined): string[] {
  return Array.from({ length: count }, (_, i) => names?.[i] ?? (count === 1 ? what : `${what}_${i + 1}`));
}

/** The graph of a network. */
function graphOf(network: NetworkParts, opset: number, lengths: boolean): OnnxGraph {
  const trace = (batch: number, fill: 0 | 1) => traceNetwork(network, { batch, lengths, fill });
  const graph = symbolic(trace(FEW, 0), trace(MORE, 1), FEW, MORE);
  const count = graph.inputs.length - Number(lengths);
  const inputs = [...portNames('input', count, network.inputNames), ...(lengths ? ['lengths'] : [])];
  return onnxGraph(graph, { opset, inputs, outputs: portNames('output', graph.outputs.length, network.outputNames) });
}

/**
 * A model as an ONNX file, for ONNX Runtime and other programs that read ONNX. The file predicts what `model.predict`
 * does; the batch may have any size. Images stay [batch, height, width, channels].
 *
 * Names of inputs and outputs are those of the model, else `input` and `output`, or `input_1`, `input_2` and so on. All
 * are float32, also those that hold indices for `embedding`. Custom layers and activations are exported as the
 * operations that they apply; they may not depend on values of tensors in another way.
 *
 * @param model made by `sequential`, `model` or `loadModel`
 * @param options `opset`: version of the operators, 17 (default) to 24; `lengths`: whether sequences have lengths
 * @returns the bytes of the file
 * @throws TypeError naming the layer for what ONNX does not have (`so3`) and for bad options; RangeError; DisposedError
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { conv2d, dense, flatten } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * import { exportOnnx } from 'wasmgrad/onnx';
 * await init();
 * const model = sequential({ inputShape: [28, 28, 1] }, [
 *   conv2d({ filters: 8, kernelSize: 3, activation: 'relu' }),
 *   flatten(),
 *   dense({ units: 10, activation: 'softmax' }),
 * ]);
 * const bytes = exportOnnx(model); // for ort.InferenceSession.create(bytes)
 * console.log(bytes.length > 0); // true
 * model.dispose();
 * ```
 */
export function exportOnnx(model: InferenceModel, options: ExportOnnxOptions = {}): Uint8Array<ArrayBuffer> {
  const where = 'exportOnnx';
  const given: unknown = model;
  if (!(given instanceof InferenceModel)) refuse(TypeError, where, 'a model', show(given));
  if (given.disposed) refuse(DisposedError, where, 'a live model', 'one after dispose()');
  knownOptions(where, options, ['opset', 'lengths']);
  const opset = wholeNumber(where, 'opset', options.opset ?? OLDEST, { min: OLDEST, max: NEWEST });
  const lengths = flag(where, 'lengths', options.lengths ?? false);
  if (!valuesKnown()) refuse(TypeError, where, 'a call outside of compile', 'one inside');
  return onBehalfOf(where, () => encodeModel(graphOf(given.network, opset, lengths)));
}
