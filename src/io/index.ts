export { checkpoint, resume, type CheckpointOptions } from './checkpoint.js';
export { importKeras, type ImportKerasOptions } from './keras/importKeras.js';
export { importTfjs, type ImportTfjsOptions } from './tfjs/importTfjs.js';
export { loadModel, loadOptimizer, saveModel, writeModel } from './models.js';
export type { Bytes } from './bytes.js';
export type { Factory } from './factory.js';
export type { LoadOptions, SaveOptions } from './modelFile.js';
export type { ByteStream, FileHolder, ReadOptions, ReadProgress, Source } from './sources.js';
export type { FileHandle, Target } from './targets.js';
