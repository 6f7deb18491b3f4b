// Attention.
export const group = 10;
export const relaxable = true;
export { attentionForward } from "../attention/forward";
export { attentionBackward } from "../attention/backward";
