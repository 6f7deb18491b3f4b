// Export lines only, one group per room. The order gives the kernels their record ids.
export { run } from "./program";
export { setWorkspace } from "./workspace";
export { relaxed } from "./variant";
export { resume, runShared, workerLoop } from "./threads";
export { sumReduce, sumSquares } from "./reduce/sum";
export { maxReduce, minReduce } from "./reduce/extrema";
export { argmaxReduce } from "./reduce/argmax";
export { guardFinite } from "./reduce/guard";
export { copyBytes, copyStrided } from "./shape/copy";
export { gather, scatterAdd, oneHot } from "./shape/gather";
export { adamAdvance, advanceCounter } from "./optimizers/cells";
export { sgdUpdate } from "./optimizers/sgd";
export { adagradUpdate } from "./optimizers/adagrad";
export { rmspropUpdate } from "./optimizers/rmsprop";
export { adamUpdate } from "./optimizers/adam";
export { clipFactor, scaleByCell } from "./optimizers/clip";
export { addPenaltyGradient, penalty } from "./optimizers/penalty";
export { flushTiny } from "./optimizers/flush";
export { logSumExpReduce } from "./reduce/log-sum-exp";
export { softmaxRows, logSoftmaxRows, softmaxGradient, logSoftmaxGradient } from "./losses/softmax";
export { softmaxCrossEntropy } from "./losses/softmax-cross-entropy";
export { sigmoidCrossEntropy } from "./losses/sigmoid-cross-entropy";
export { crossEntropyRows } from "./losses/cross-entropy";
export { philoxFill, uniformFill, normalFill, truncatedNormalFill, dropoutMask } from "./random/fill";
export { gemm, gemmBatched, gemmUnits } from "./gemm/gemm";
export {
  negMap,
  absMap,
  signMap,
  floorMap,
  squareMap,
  sqrtMap,
  reciprocalMap,
  expMap,
  expm1Map,
  logMap,
  log1pMap,
  erfMap,
  sinMap,
  cosMap,
  sigmoidMap,
  tanhMap,
  softplusMap,
} from "./elementwise/unary";
export {
  reluMap,
  leakyReluMap,
  eluMap,
  clipMap,
  scaleMap,
  siluMap,
  geluMap,
  geluTanhMap,
} from "./elementwise/activations";
export {
  sigmoidGradient,
  tanhGradient,
  reluGradient,
  leakyReluGradient,
  eluGradient,
  softplusGradient,
  geluGradient,
  siluGradient,
  geluTanhGradient,
} from "./elementwise/gradients";
export {
  addBroadcast,
  subBroadcast,
  mulBroadcast,
  divBroadcast,
  powBroadcast,
  maximumBroadcast,
  minimumBroadcast,
  greaterBroadcast,
  lessBroadcast,
  equalBroadcast,
} from "./elementwise/binary";
export {
  addI32,
  subI32,
  mulI32,
  maximumI32,
  minimumI32,
  greaterI32,
  lessI32,
  equalI32,
} from "./elementwise/binary-i32";
export { select, fill, fillI32, arangeF32, castF32ToI32, castI32ToF32 } from "./elementwise/data";
export { conv2d } from "./conv/conv2d";
export { conv2dInputGradient } from "./conv/conv2d-input";
export { conv2dFilterGradient } from "./conv/conv2d-filter";
export { depthwiseConv2d, depthwiseInputGradient, depthwiseFilterGradient } from "./conv/depthwise";
export { maxPool2d, maxPoolGradient, maxPoolPick } from "./pool/max";
export { avgPool2d, avgPoolGradient } from "./pool/average";
export { maskSteps, lastStep, placeLastStep, reverseSteps, previousSteps } from "./recurrent/sequence";
export { simpleRnnForward, simpleRnnBackward } from "./recurrent/simple";
export { lstmForward, lstmBackward } from "./recurrent/lstm";
export { gruForward, gruBackward } from "./recurrent/gru";
export { projectSO3 } from "./linalg/project-so3";
export { projectSO3Derivative } from "./linalg/project-so3-derivative";
export { unitQuaternionRows } from "./linalg/unit-quaternion";
export { leastSquares } from "./linalg/least-squares";
export { columnMoments, columnGradientSums, normalizeColumns } from "./normalization/columns";
export { normalizeRows, normalizeRowsGradient, normalizeRowsScaleGradient } from "./normalization/rows";
