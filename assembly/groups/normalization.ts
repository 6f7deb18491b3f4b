// Batch and layer normalisation.
export { columnMoments, columnGradientSums, normalizeColumns } from "../normalization/columns";
export { normalizeRows, normalizeRowsGradient, normalizeRowsScaleGradient } from "../normalization/rows";
