// Kernels that training needs in addition: gradients, losses, optimisers, random numbers.
export const group = 1;
export const compact = true;
export { sumReduce, sumSquares } from "../reduce/sum";
export { guardBelow } from "../reduce/guard";
export { rankRows } from "../reduce/ranks";
export { oneHot } from "../shape/gather";
export { adamAdvance, advanceCounter, decideCare, unlessFlag } from "../optimizers/cells";
export { sgdUpdate } from "../optimizers/sgd";
export { adamUpdate } from "../optimizers/adam";
export { clipFactor, rootOfCell, scaleByCell } from "../optimizers/clip";
export { addPenaltyGradient, penalty } from "../optimizers/penalty";
export { flushTiny } from "../optimizers/flush";
export { softmaxGradient, logSoftmaxRows, logSoftmaxGradient } from "../losses/softmax";
export { softmaxCrossEntropy } from "../losses/softmax-cross-entropy";
export { crossEntropyRows } from "../losses/cross-entropy";
export { uniformFill, normalFill, truncatedNormalFill, dropoutMask } from "../random/fill";
// Arithmetic, together with the sums that its derivative rules need.
export { arithmetic, arithmeticI32 } from "../elementwise/binary";
export { logMap } from "../elementwise/log";
export { eluGradient } from "../elementwise/activations/elu";
export { geluTanhGradient } from "../elementwise/activations/geluTanh";
export { leakyReluGradient } from "../elementwise/activations/leakyRelu";
export { reluGradient } from "../elementwise/activations/relu";
export { sigmoidGradient } from "../elementwise/activations/sigmoid";
export { siluGradient } from "../elementwise/activations/silu";
export { softplusGradient } from "../elementwise/activations/softplus";
export { tanhGradient } from "../elementwise/activations/tanh";
