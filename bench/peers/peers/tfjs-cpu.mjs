import * as tf from '@tensorflow/tfjs';
import { build as buildWith, version } from '../support/tfjs.mjs';

await tf.setBackend('cpu');

export const label = 'TensorFlow.js cpu';
export { version };
export const build = (workload) => buildWith(workload, []);
