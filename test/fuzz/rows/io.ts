import * as io from '../../../src/io/index.js';
import * as layers from '../../../src/layers/index.js';
import { crossEntropy } from '../../../src/losses/index.js';
import { exportOnnx, importOnnx, onnxFunction } from '../../../src/onnx/index.js';
import { adam, sgd } from '../../../src/optimizers/index.js';
import * as predict from '../../../src/predict/index.js';
import type { Callable, Room, Row, Rows } from '../row.js';
import type { World } from '../world.js';

const HASH = '0123456789abcdef'.repeat(4);

/** Files, and the entry of pages that only predict. */
export function fileRows(w: () => World): Rows {
  const row = (call: Callable, args: Row['args'], more?: Partial<Row>): Row => ({ room: 'io', call, args, ...more });
  const room: Room = 'predict';
  const factories = (): object => ({ dense: layers.dense });
  const fit = (): object => ({ loss: crossEntropy(), optimizer: adam(), epochs: 1, batchSize: 8 });
  return {
    'io/checkpoint': row(io.checkpoint, () => [[w().path, { every: 2 }]]),
    'io/fromTorch': row(io.fromTorch, () => [
      [{ 'fc.weight': w().x, 'fc.bias': w().pair }, { map: { fc: 'dense_1' } }],
      [io.toTorch(w().model), { model: w().model }],
    ]),
    'io/importKeras': row(io.importKeras, () => [
      [w().keras, { inputShape: [5, 3] }],
      [w().keras, { model: w().steps }],
    ]),
    'io/importTfjs': row(io.importTfjs, () => [[w().tfjs, { inputShape: [2] }]]),
    'io/readNpy': row(io.readNpy, () => [[io.writeNpy(w().x)]]),
    'io/readNpz': row(io.readNpz, () => [[w().npz]]),
    'io/toTorch': row(io.toTorch, () => [[w().model, { map: { dense_1: 'fc' } }]]),
    'io/writeNpy': row(io.writeNpy, () => [[w().x]]),
    'io/checkpointEvery': row(io.checkpointEvery, () => [[{ place: w().path, seconds: 2 }]]),
    'io/csvLogger': row(io.csvLogger, () => [[w().path]]),
    'io/jsonLinesLogger': row(io.jsonLinesLogger, () => [[w().path]]),
    'io/resumeOrStart': row(
      io.resumeOrStart,
      () => [[w().model, w().data, { ...fit(), place: `${w().path}.run`, every: 5 }]],
      {
        names: ['resumeOrStart', 'fit', 'dataset'],
        skip: (key, label) => /epochs|batchSize/.test(key) && /\d{9}|e\+300/.test(label),
      },
    ),
    'io/saveBest': row(io.saveBest, () => [[w().path, { monitor: 'loss', minDelta: 0.1, mode: 'min' }]]),
    'io/loadModel': row(io.loadModel, () => [[w().bytes, { layers: factories() }], [w().path], [new Blob([w().bytes.slice()])]]), // prettier-ignore
    'io/loadOptimizer': row(io.loadOptimizer, () => [[w().bytes]]),
    'io/readMetadata': row(io.readMetadata, () => [[w().bytes], [w().path, { signal: new AbortController().signal }]]),
    'io/readTensors': row(io.readTensors, () => [[w().bytes], [w().path, { onProgress: () => undefined }], [new Response(w().bytes.slice())]]), // prettier-ignore
    'io/loadPreprocessing': row(io.loadPreprocessing, () => [[w().bytes]]),
    'io/TableModel': { exempt: 'for types and instanceof: its constructor is private' },
    'io/resume': row(io.resume, () => [[w().checkpoint], [w().checkpoint, w().model, w().data, fit()]], {
      skip: (key, label) => /epochs|batchSize/.test(key) && /\d{9}|e\+300/.test(label),
    }),
    'io/makeReceipt': { exempt: 'an option of fit, which calls it with what it has checked' },
    'io/verifyReceipt': row(
      io.verifyReceipt,
      () => [[{ format: 1, version: '0', kernels: { simd: 'strict', sha256: HASH }, data: { rows: 1, sha256: HASH }, configuration: {}, seed: 0, initialWeights: HASH, epochs: 1, stopped: 'completed', weights: HASH }, w().model, w().data, fit()]], // prettier-ignore
      { names: ['verifyReceipt', 'fit', 'dataset'] },
    ),
    'io/saveModel': row(io.saveModel, () => [[w().model, { optimizer: sgd(), weights: 'int8' }]]),
    'io/writeTensors': row(io.writeTensors, () => [[{ a: w().x, b: [w().indices] }, { note: 'text' }]]),
    'io/writeModel': row(io.writeModel, () => [[w().model, `${w().path}.copy`, { optimizer: sgd() }]]),
    'onnx/exportOnnx': row(exportOnnx, () => [[w().model, { opset: 18, lengths: false }]], { room: 'onnx' }),
    'onnx/importOnnx': row(importOnnx, () => [[exportOnnx(w().model), { trainable: false, layout: 'nhwc', batchAxis: 0, inputs: { input: [3] } }]], { room: 'onnx' }), // prettier-ignore
    'onnx/onnxFunction': row(onnxFunction, () => [[exportOnnx(w().model)]], { room: 'onnx' }),
    'onnx/onnxLayers': { exempt: 'a table of factories, which loadModel calls' },
    'predict/loadModel': row(predict.loadModel, () => [[w().bytes, { layers: factories() }]], { room }),
    'predict/sequential': row(
      predict.sequential,
      () => [[{ inputShape: [3], seed: 1 }, [layers.dense({ units: 2 }), layers.dense({ units: 1 })]]],
      { room },
    ),
  };
}
