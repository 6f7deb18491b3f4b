// Least squares, rotations.
export const group = 6;
export { projectSO3 } from "../linalg/project-so3";
export { projectSO3Derivative } from "../linalg/project-so3-derivative";
export { unitQuaternionRows } from "../linalg/unit-quaternion";
export { leastSquares, leastSquaresAdjoint, leastSquaresNull, regression } from "../linalg/least-squares";
