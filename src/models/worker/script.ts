// The script of a training worker, loaded on demand. esbuild, when it makes one file of a page, puts what is loaded on
// demand in front, and in front of it what that imports. With the kernels there, this text and the library's are close
// enough for compression to find what they have in common (1.2 kB).
export { text as kernels } from '../../runtime/generated/strict-training.js';
export { source } from '../../runtime/generated/training-worker.js';
