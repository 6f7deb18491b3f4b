// Positions of the largest elements, apart from the kernels of training since few pages ask for them.
export const group = 12;
export const compact = true;
export { argmaxReduce } from "../reduce/argmax";
