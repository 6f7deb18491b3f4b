// ONNX Runtime Web: inference only, on its wasm backend with one thread.
import { createRequire } from 'node:module';
import * as ort from 'onnxruntime-web';
import { batchOf, hasOther, initialWeights } from '../support/data.mjs';
import { denseOnnx } from '../support/onnx-model.mjs';

ort.env.wasm.numThreads = 1;

export const label = 'ONNX Runtime Web';
export const version = createRequire(createRequire(import.meta.url).resolve('onnxruntime-web'))(
  '../package.json',
).version;

export async function build(workload) {
  if (workload.kind !== 'predict' || hasOther(workload, ['dense'])) return undefined;
  let [inputs] = workload.inputShape;
  const layers = workload.layers.map(({ units, activation }, i) => {
    const weights = initialWeights(inputs, units, i + 1);
    const layer = { inputs, units, activation, weights, bias: new Float32Array(units) };
    inputs = units;
    return layer;
  });
  const session = await ort.InferenceSession.create(denseOnnx(layers, workload.batch), {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
  });
  const feeds = { x: new ort.Tensor('float32', batchOf(workload).x, [workload.batch, workload.inputShape[0]]) };
  return async () => (await session.run(feeds)).y.data;
}
