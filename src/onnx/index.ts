// `wasmgrad/onnx`: models as ONNX files.
export { exportOnnx, type ExportOnnxOptions } from './exportOnnx.js';
export { onnxFunction, type OnnxFunction, type OnnxInput, type OnnxPortInfo } from './import/onnxFunction.js';
export type { OnnxSource } from './import/source.js';
