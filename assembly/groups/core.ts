// What predicting with a dense network takes. Every page has it.
export const group = 0;
export const relaxable = true;
export * from "../walker";
export { guardFinite } from "../reduce/guard";
export { copyBytes, copyStrided } from "../shape/copy";
export { softmaxRows } from "../losses/softmax";
export { gemm, gemmBatched, gemmUnits } from "../gemm/gemm";
export { sigmoidMap, tanhMap, softplusMap } from "../elementwise/unary";
export { reluMap, leakyReluMap, eluMap, scaleMap, siluMap, geluMap, geluTanhMap } from "../elementwise/activations";
export { addBroadcast, subBroadcast, mulBroadcast, divBroadcast } from "../elementwise/binary";
export { addI32, subI32, mulI32 } from "../elementwise/binary-i32";
export { fill, castF32ToI32, castI32ToF32 } from "../elementwise/data";
export { maskSteps } from "../recurrent/sequence";
