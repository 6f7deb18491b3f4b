// Batch and layer normalisation.
export const group = 5;
export { columnMoments, columnGradientSums, normalizeColumns } from "../normalization/columns";
export { normalizeRows, normalizeRowsGradient, normalizeRowsScaleGradient } from "../normalization/rows";
