import * as tf from '@tensorflow/tfjs';
import { setThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import { build as buildWith, version } from '../support/tfjs.mjs';

setThreadsCount(1);
await tf.setBackend('wasm');

export const label = 'TensorFlow.js wasm';
export { version };
// The backend has no gradient of a convolution (its issue 8474).
export const build = (workload) => buildWith(workload, workload.kind === 'train' ? ['conv2d'] : []);
