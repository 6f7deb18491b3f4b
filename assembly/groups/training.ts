// What training takes beyond prediction: gradients, losses, optimisers, random numbers.
export const group = 1;
export { sumReduce, sumSquares } from "../reduce/sum";
export { argmaxReduce } from "../reduce/argmax";
export { oneHot } from "../shape/gather";
export { adamAdvance, advanceCounter } from "../optimizers/cells";
export { sgdUpdate } from "../optimizers/sgd";
export { adagradUpdate } from "../optimizers/adagrad";
export { rmspropUpdate } from "../optimizers/rmsprop";
export { adamUpdate } from "../optimizers/adam";
export { clipFactor, scaleByCell } from "../optimizers/clip";
export { addPenaltyGradient, penalty } from "../optimizers/penalty";
export { flushTiny } from "../optimizers/flush";
export { softmaxGradient, logSoftmaxRows, logSoftmaxGradient } from "../losses/softmax";
export { softmaxCrossEntropy } from "../losses/softmax-cross-entropy";
export { sigmoidCrossEntropy } from "../losses/sigmoid-cross-entropy";
export { crossEntropyRows } from "../losses/cross-entropy";
export { uniformFill, normalFill, truncatedNormalFill, dropoutMask } from "../random/fill";
export { clipMap } from "../elementwise/activations";
export { logMap } from "../elementwise/unary";
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
} from "../elementwise/gradients";
