// Kernels of less usual trainings: binary cross-entropy, optimisers besides sgd and adam.
export const group = 7;
export { sigmoidCrossEntropy } from "../losses/sigmoid-cross-entropy";
export { adagradUpdate } from "../optimizers/adagrad";
export { rmspropUpdate } from "../optimizers/rmsprop";
