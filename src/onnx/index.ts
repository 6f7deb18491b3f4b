// `wasmgrad/onnx`: models as ONNX files.
export { exportOnnx, type ExportOnnxOptions } from './exportOnnx.js';
export { onnxFunction, type OnnxFunction, type OnnxInput, type OnnxPortInfo } from './import/onnxFunction.js';
export { importOnnx, type ImportOnnxOptions } from './import/importOnnx.js';
export { onnxLayers } from './import/onnxLayers.js';
