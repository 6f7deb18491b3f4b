export { checkpoint, resume, type CheckpointOptions } from './checkpoint.js';
export { loadModel, loadOptimizer, loadPreprocessing, saveModel, writeModel } from './models.js';
export type { Bytes } from './bytes.js';
export type { Factory } from './factory.js';
export type { LoadOptions, SaveOptions } from './modelFile.js';
export type { FileHandle, Source, Target } from './places.js';
export { TableModel } from './tableModel.js';
