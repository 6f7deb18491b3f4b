// Systems of equations, determinants, factorisations of matrices.
export const group = 8;
export { cholesky } from "../decompositions/cholesky";
export { solveTriangular } from "../decompositions/substitute";
export { solveSquare } from "../decompositions/lu";
export { determinant } from "../decompositions/determinant";
export { cofactor } from "../decompositions/cofactor";
export { qr } from "../decompositions/qr";
export { eigh } from "../decompositions/eigh";
export { svd } from "../decompositions/svd";
