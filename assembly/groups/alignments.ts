// Losses of sequences that are not aligned with their labels.
export const group = 11;
export const compact = true;
export { ctcLoss } from "../losses/ctc";
