// Convolution and pooling.
export const group = 3;
export const relaxable = true;
export { conv2d } from "../conv/conv2d";
export { conv2dInputGradient } from "../conv/conv2d-input";
export { conv2dFilterGradient } from "../conv/conv2d-filter";
export { winogradConv2d, winogradFilter } from "../conv/winograd";
export { winogradFilterGradient } from "../conv/winograd-filter";
export { depthwiseConv2d } from "../conv/depthwise";
export { depthwiseInputGradient } from "../conv/depthwise-input";
export { depthwiseFilterGradient } from "../conv/depthwise-filter";
export { pointwiseConv2d, pointwiseFilterGradient } from "../conv/pointwise";
export { maxPool2d, maxPoolGradient, maxPoolPick } from "../pool/max";
export { avgPool2d, avgPoolGradient } from "../pool/average";
