// `wasmgrad/onnx`: models as ONNX files.
export { exportOnnx, type ExportOnnxOptions } from './exportOnnx.js';
