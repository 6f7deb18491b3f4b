import { numbersOf, SIDE, type Pixels } from './messages.js';

/** What an ONNX file makes of a picture, run by ONNX Runtime Web. The runtime is loaded when it is first needed. */
export async function runOnnx(file: Uint8Array, pixels: Pixels): Promise<Float32Array> {
  const { env, InferenceSession, Tensor } = await import('onnxruntime-web/wasm');
  env.wasm.numThreads = 1;
  env.logLevel = 'error';
  const session = await InferenceSession.create(file);
  try {
    const input = new Tensor('float32', numbersOf(pixels), [1, SIDE, SIDE, 3]);
    const { output } = await session.run({ input });
    if (!(output?.data instanceof Float32Array)) throw new Error('expected an output of f32 numbers');
    return output.data;
  } finally {
    await session.release();
  }
}
