// Convolution and pooling.
export const group = 3;
export const relaxable = true;
export { conv2d } from "../conv/conv2d";
export { conv2dInputGradient } from "../conv/conv2d-input";
export { conv2dFilterGradient } from "../conv/conv2d-filter";
export { winogradConv2d, winogradFilter } from "../conv/winograd";
export { winogradFilterGradient } from "../conv/winograd-filter";
export { winogradStridedConv2d, winogradStridedFilter, winogradStridedInput } from "../conv/winograd-strided";
export { winogradStridedFilterGradient } from "../conv/winograd-strided-filter";
export { winograd4Conv2d, winograd4Filter } from "../conv/winograd4";
export { winograd4FilterGradient } from "../conv/winograd4-filter";
export { depthwiseConv2d } from "../conv/depthwise";
export { depthwiseInputGradient } from "../conv/depthwise-input";
export { depthwiseFilterGradient } from "../conv/depthwise-filter";
export { pointwiseConv2d, pointwiseFilterGradient } from "../conv/pointwise";
export { maxPool2d, maxPoolGradient, maxPoolPick } from "../pool/max";
export { avgPool2d, avgPoolGradient } from "../pool/average";
