// What predicting with a dense network takes, and the walker of programs. Every page has it.
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
