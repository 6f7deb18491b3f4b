// The package's main entry: re-exports only, one group a room.

// Runtime
export { init, memory, type InitOptions, type MemoryStatistics } from './runtime/init.js';
export type { RuntimeInfo } from './runtime/state.js';
export {
  DisposedError,
  DTypeError,
  FormatError,
  NonFiniteError,
  NotInitializedError,
  OutOfMemoryError,
  ShapeError,
  WorkerError,
  type NonFinitePosition,
} from './core/errors.js';
export type { Shape } from './core/shapes.js';
export type { Tree } from './core/trees.js';

// Tensors
export { arange } from './tensors/arange.js';
export {
  eye,
  full,
  ones,
  randomNormal,
  randomUniform,
  tensor,
  zeros,
  type NormalOptions,
  type NumericArray,
  type TensorData,
  type UniformOptions,
} from './tensors/creation.js';
export { linspace, type LinspaceOptions } from './tensors/linspace.js';
export { randomTruncatedNormal } from './tensors/truncatedNormal.js';
export { randomBernoulli, type BernoulliOptions } from './ops/randomBernoulli.js';
export { randomCategorical, type CategoricalOptions } from './ops/randomCategorical.js';
export { randomPermutation, type PermutationOptions } from './ops/randomPermutation.js';
export { Tensor, type DType, type NestedArray } from './tensors/tensor.js';
export { tidy } from './tensors/tidy.js';

// Autodiff
export type { CheckOptions, CheckResult } from './autodiff/check.js';
export { compile, type Compiled } from './autodiff/compile.js';
export { customGradient, type CustomFunction, type CustomPullback } from './ops/customGradient.js';
export { stopGradient } from './ops/stopGradient.js';
export type { ValueAndGradient } from './autodiff/grad.js';
export { graph, type Graph, type GraphNode } from './autodiff/graph.js';
export type { JacobianOptions } from './autodiff/jacobian.js';
export type { Pullback } from './autodiff/vjp.js';
export { checkGradients, grad, hessian, jacobian, jvp, valueAndGrad, vjp } from './ops/differentiation.js';

// Operations: elementwise
export { abs } from './ops/abs.js';
export { acos } from './ops/acos.js';
export { add } from './ops/add.js';
export { asin } from './ops/asin.js';
export { atan } from './ops/atan.js';
export { atan2 } from './ops/atan2.js';
export { broadcastTo } from './ops/broadcast.js';
export { cast } from './ops/cast.js';
export { ceil } from './ops/ceil.js';
export { celu } from './ops/celu.js';
export { clip } from './ops/clip.js';
export { div } from './ops/div.js';
export { elu } from './ops/elu.js';
export { equal } from './ops/equal.js';
export { erf } from './ops/erf.js';
export { exp } from './ops/exp.js';
export { exp2 } from './ops/exp2.js';
export { expm1 } from './ops/expm1.js';
export { floor } from './ops/floor.js';
export { floorDivide } from './ops/floorDivide.js';
export { gelu, type GeluOptions } from './ops/gelu.js';
export { greater } from './ops/greater.js';
export { greaterEqual } from './ops/greaterEqual.js';
export { hardSigmoid } from './ops/hardSigmoid.js';
export { hardSwish } from './ops/hardSwish.js';
export { cosh, sinh } from './ops/hyperbolic.js';
export { isFinite } from './ops/isFinite.js';
export { isNaN } from './ops/isNaN.js';
export { leakyRelu } from './ops/leakyRelu.js';
export { less } from './ops/less.js';
export { lessEqual } from './ops/lessEqual.js';
export { log } from './ops/log.js';
export { log1p } from './ops/log1p.js';
export { log2 } from './ops/log2.js';
export { logicalAnd } from './ops/logicalAnd.js';
export { logicalNot } from './ops/logicalNot.js';
export { logicalOr } from './ops/logicalOr.js';
export { maximum } from './ops/maximum.js';
export { minimum } from './ops/minimum.js';
export { mish } from './ops/mish.js';
export { mod } from './ops/mod.js';
export { mul } from './ops/mul.js';
export { neg } from './ops/neg.js';
export { notEqual } from './ops/notEqual.js';
export { pow } from './ops/pow.js';
export { reciprocal } from './ops/reciprocal.js';
export { relu } from './ops/relu.js';
export { relu6 } from './ops/relu6.js';
export { round } from './ops/round.js';
export { rsqrt } from './ops/rsqrt.js';
export { selu } from './ops/selu.js';
export { sigmoid } from './ops/sigmoid.js';
export { sign } from './ops/sign.js';
export { silu, swish } from './ops/silu.js';
export { softplus } from './ops/softplus.js';
export { softsign } from './ops/softsign.js';
export { sqrt } from './ops/sqrt.js';
export { square } from './ops/square.js';
export { sub } from './ops/sub.js';
export { tan } from './ops/tan.js';
export { tanh } from './ops/tanh.js';
export { cos, sin } from './ops/trigonometry.js';
export { where } from './ops/where.js';
export type { Operand } from './ops/support/operands.js';

// Operations: shape, reduction, matrices
export { affine, type AffineActivation } from './ops/affine.js';
export { all } from './ops/all.js';
export { any } from './ops/any.js';
export { argmax } from './ops/argmax.js';
export { argmin } from './ops/argmin.js';
export { argsort, type SortOptions } from './ops/argsort.js';
export { concat, stack } from './ops/concat.js';
export { cumprod } from './ops/cumprod.js';
export { cumsum } from './ops/cumsum.js';
export { diag } from './ops/diag.js';
export { einsum } from './ops/einsum.js';
export { expandDims } from './ops/expandDims.js';
export { flip } from './ops/flip.js';
export { gather } from './ops/gather.js';
export { logSumExp } from './ops/logSumExp.js';
export { matmul, type MatmulOptions } from './ops/matmul.js';
export { max } from './ops/max.js';
export { mean } from './ops/mean.js';
export { min } from './ops/min.js';
export { norm } from './ops/norm.js';
export { oneHot } from './ops/oneHot.js';
export { outer } from './ops/outer.js';
export { prod } from './ops/prod.js';
export { repeat } from './ops/repeat.js';
export { reshape } from './ops/reshape.js';
export { roll } from './ops/roll.js';
export { scan, type ScanOptions } from './ops/scan.js';
export { scatterAdd } from './ops/scatterAdd.js';
export { segmentSum } from './ops/segmentSum.js';
export { sigmoidCrossEntropy } from './ops/sigmoidCrossEntropy.js';
export { pad, slice, type Padding } from './ops/slice.js';
export { logSoftmax, softmax } from './ops/softmax.js';
export { softmaxCrossEntropy } from './ops/softmaxCrossEntropy.js';
export { sort } from './ops/sort.js';
export { split } from './ops/split.js';
export { squeeze } from './ops/squeeze.js';
export { std } from './ops/std.js';
export { sum } from './ops/sum.js';
export { takeAlongAxis } from './ops/takeAlongAxis.js';
export { tensordot, type ContractedAxes } from './ops/tensordot.js';
export { tile } from './ops/tile.js';
export { topK, type TopKOptions } from './ops/topK.js';
export { transpose } from './ops/transpose.js';
export { tril, triu } from './ops/triangle.js';
export { variance, type VarianceOptions } from './ops/variance.js';
export type { ReduceOptions } from './ops/support/reduction.js';

// Operations: normalisation
export { batchNormalization } from './ops/batchNormalization.js';
export { attention, type AttentionOptions } from './ops/attention.js';
export { layerNormalization } from './ops/layerNormalization.js';
export type { NormalizationOptions } from './ops/support/normalizing.js';

// Operations: images and sequences
export { avgPool2d } from './ops/avgPool2d.js';
export { conv1d, type Conv1dOptions } from './ops/conv1d.js';
export { conv2d, type Conv2dOptions } from './ops/conv2d.js';
export { conv2dAffine, type Conv2dAffineOptions } from './ops/conv2dAffine.js';
export { conv2dTranspose, type Conv2dTransposeOptions } from './ops/conv2dTranspose.js';
export { depthwiseConv2d } from './ops/depthwiseConv2d.js';
export { maxPool2d } from './ops/maxPool2d.js';
export type { PoolOptions } from './ops/support/pooling.js';
export type { Extent, ImagePadding } from './ops/support/window.js';

// Operations: linear algebra
export { cholesky } from './linalg/cholesky.js';
export { det } from './linalg/det.js';
export { eigh } from './linalg/eigh.js';
export { inv } from './linalg/inv.js';
export { lstsq, type LstsqOptions } from './linalg/lstsq.js';
export { projectSO3 } from './linalg/projectSO3.js';
export { qr } from './linalg/qr.js';
export { solve } from './linalg/solve.js';
export { svd } from './linalg/svd.js';
export { unitQuaternion } from './linalg/unitQuaternion.js';
