// Arguments of the wrong kind: the error names the function that was called, what it expected and what came.
import { describe, expect, it } from 'vitest';
import * as api from '../../src/index.js';
import { DTypeError, ShapeError } from '../../src/core/errors.js';
import { ones, tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { wrong } from '../support/wrong.js';
import { typed } from '../support/typed.js';

withRuntime();

type Case = readonly [what: string, act: () => unknown, type: new (message: string) => Error, message: string | RegExp];
const square = (x: Tensor): Tensor => api.mul(x, x);
const image = (): Tensor => ones([1, 3, 3, 2]);

const cases: readonly Case[] = [
  ['valueAndGrad of a number', () => api.valueAndGrad(square)(wrong(7)), TypeError, "valueAndGrad: expected a tensor, or a tree of tensors, to differentiate by, got 7"],
  ['grad of a number', () => api.grad(square)(wrong(7)), TypeError, "grad: expected a tensor, or a tree of tensors, to differentiate by, got 7"],
  ['valueAndGrad of a vector function', () => api.valueAndGrad(square)(ones([2])), ShapeError, "valueAndGrad: expected the function to return an f32 scalar, got f32 of shape [2]"],
  ['grad of a vector function', () => api.grad(square)(ones([2])), ShapeError, "grad: expected the function to return an f32 scalar, got f32 of shape [2]"],
  ['hessian of a number', () => api.hessian(square)(wrong(7)), TypeError, "hessian: expected a tensor to differentiate by, got 7"],
  ['hessian of a vector function', () => api.hessian(square)(ones([2])), ShapeError, "hessian: expected the function to return an f32 scalar, got f32 of shape [2]"],
  ['hessian of no function', () => api.hessian(wrong(7)), TypeError, "hessian: expected f to be a function, got 7"],
  ['jacobian of a list', () => api.jacobian(square)(wrong([ones([2])])), TypeError, "jacobian: expected a tensor to differentiate by, got [an f32 tensor [2]]"],
  ['jacobian of integers', () => api.jacobian(square)(wrong(tensor([1], [1], 'i32'))), DTypeError, "jacobian: expected f32 tensors to differentiate by, got i32 of shape [1]"],
  ['jacobian of a function without result', () => api.jacobian(wrong(() => 3))(ones([2])), TypeError, "jacobian: expected the function to return a tensor, got 3"],
  ['vjp with a number for inputs', () => api.vjp(square, wrong(7)), TypeError, "vjp: expected inputs to be an array of tensors, got 7"],
  ['vjp with numbers for inputs', () => api.vjp(square, wrong([7])), TypeError, "vjp: expected inputs to be an array of tensors, got [7]"],
  ['vjp without inputs', () => api.vjp(square, []), TypeError, "vjp: expected at least one input to differentiate by, got []"],
  ['jvp with a number for inputs', () => api.jvp(square, wrong(7), []), TypeError, "jvp: expected inputs to be an array of tensors, got 7"],
  ['jvp with a number for tangents', () => api.jvp(square, [ones([2])], wrong(7)), TypeError, "jvp: expected tangents to be an array of tensors, got 7"],
  ['graph with a number for inputs', () => api.graph(square, wrong(7)), TypeError, "graph: expected inputs to be an array of tensors, got 7"],
  ['graph with numbers for inputs', () => api.graph(square, wrong([1])), TypeError, "graph: expected inputs to be an array of tensors, got [1]"],
  ['checkGradients with a number for inputs', () => api.checkGradients(square, wrong(7)), TypeError, "checkGradients: expected inputs to be an array of tensors, got 7"],
  ['checkGradients of a function without result', () => api.checkGradients(wrong(() => 3), [ones([2])]), TypeError, "checkGradients: expected the function to return a tensor, got 3"],
  ['depthwiseConv2d with a number for the filter', () => api.depthwiseConv2d(image(), wrong(7)), TypeError, "depthwiseConv2d: expected a tensor, got 7"],
  ['depthwiseConv2d with another number of channels', () => api.depthwiseConv2d(image(), ones([2, 2, 3, 1])), ShapeError, "depthwiseConv2d: expected input [batch, height, width, 3] for filter [2, 2, 1, 3] in 3 groups, got [1, 3, 3, 2]"],
  ['depthwiseConv2d with a wrong option', () => api.depthwiseConv2d(image(), ones([2, 2, 2, 1]), { strides: 0 }), RangeError, "depthwiseConv2d: expected strides to be a whole number >= 1, got 0"],
  ['conv2dAffine with a wrong option', () => api.conv2dAffine(image(), ones([2, 2, 2, 1]), undefined, wrong({ stride: 1 })), TypeError, /^conv2dAffine: expected options .*, got unknown option 'stride'$/],
  ['conv2dAffine with another activation', () => api.conv2dAffine(image(), ones([2, 2, 2, 1]), undefined, { activation: wrong('mish') }), RangeError, /^conv2dAffine: expected activation to be one of .*, got 'mish'$/],
  ['conv2dAffine with a wrong bias', () => api.conv2dAffine(image(), ones([2, 2, 2, 1]), ones([3])), ShapeError, "conv2dAffine: expected bias [1] for filter [2, 2, 2, 1], got [3]"],
  ['conv1d with another number of channels', () => api.conv1d(ones([1, 4, 2]), ones([2, 3, 1])), ShapeError, "conv1d: expected input [batch, height, width, 3] for filter [1, 2, 3, 1], got [1, 1, 4, 2]"],
  ['conv1d with a filter that does not fit', () => api.conv1d(ones([1, 2, 2]), ones([3, 2, 1])), ShapeError, "conv1d: expected a kernel that fits into the padded input, got [1, 3] on [1, 2]"],
  ['sum with null for the axis', () => api.sum(ones([2]), { axis: wrong(null) }), TypeError, "sum: expected a value for axis, got null"],
  ['mean with an object for the axis', () => api.mean(ones([2]), { axis: wrong({}) }), TypeError, "mean: expected axis to be a whole number, got an object with keys (none)"],
  ['max with null for the axis', () => api.max(ones([2]), { axis: wrong(null) }), TypeError, "max: expected a value for axis, got null"],
  ['expandDims past the end', () => api.expandDims(ones([2]), 2), RangeError, "expandDims: expected axis between -2 and 1, got 2"],
  ['expandDims to seven axes', () => api.expandDims(ones([1, 1, 1, 1, 1, 1]), 0), ShapeError, "expandDims: expected at most 6 axes, got [1, 1, 1, 1, 1, 1, 1]"],
  ['squeeze of another size', () => api.squeeze(ones([1, 2]), 1), ShapeError, "squeeze: expected size 1 along axis 1, got [1, 2]"],
  ['flip of an axis twice', () => api.flip(ones([1, 2]), [0, -2]), RangeError, "flip: expected distinct axes, got [0, -2]"],
  ['roll with two shifts for three axes', () => api.roll(ones([1, 2, 3]), [1, 2], [0, 1, 2]), ShapeError, "roll: expected a shift for each axis, got shift [1, 2] and axis [0, 1, 2]"],
  ['roll by a fraction', () => api.roll(ones([2]), 0.5), RangeError, "roll: expected shift to be a whole number, got 0.5"],
  ['tile a negative number of times', () => api.tile(ones([2]), -1), RangeError, "tile: expected repeats to be a whole number >= 0, got -1"],
  ['repeat with too few numbers', () => api.repeat(ones([3]), [1, 2]), ShapeError, "repeat: expected 3 repeats, one for each element, got 2"],
  ['split into unequal parts', () => api.split(ones([5]), 2), ShapeError, "split: expected a size that 2 divides along the axis, got 5"],
  ['split in descending order', () => api.split(ones([5]), [3, 2]), RangeError, "split: expected sections to be positions in ascending order, got [3, 2]"],
  ['split past the end', () => api.split(ones([5]), [6]), RangeError, "split: expected sections to be a whole number >= -5 and <= 5, got 6"],
  ['diag of three axes', () => api.diag(ones([1, 2, 3])), ShapeError, "diag: expected a vector or a matrix, got [1, 2, 3]"],
  ['tril of a vector', () => api.tril(ones([3])), ShapeError, "tril: expected a matrix [..., rows, columns], got [3]"],
  ['outer of two types', () => api.outer(ones([3]), wrong(tensor(Int32Array.of(1)))), DTypeError, "outer: expected operands of one dtype, got f32 and i32"],
  ['tensordot of other sizes', () => api.tensordot(ones([2, 3]), ones([2, 3]), 1), ShapeError, "tensordot: expected equal sizes of summed axes, got [2, 3] and [2, 3] over axes [1] and [0]"],
  ['tensordot over an axis twice', () => api.tensordot(ones([2, 2]), ones([2, 2]), [[0, 0], [0, 1]]), RangeError, "tensordot: expected two lists of as many distinct axes, got [[0, 0], [0, 1]]"],
  ['tensordot over three axes of two', () => api.tensordot(ones([2, 2]), ones([2, 2]), 3), RangeError, "tensordot: expected axes to be a whole number >= 0 and <= 2, got 3"],
  ['tensordot to eight axes', () => api.tensordot(ones([1, 1, 1, 1]), ones([1, 1, 1, 1]), 0), ShapeError, "tensordot: expected at most 6 axes, got [1, 1, 1, 1, 1, 1, 1, 1]"],
  ['einsum of other sizes', () => api.einsum('ij,jk', ones([2, 3]), ones([2, 3])), ShapeError, "einsum: expected one size for 'j', got shapes [2, 3] and [2, 3]"],
  ['einsum of a diagonal that is none', () => api.einsum('ii', ones([1, 3])), ShapeError, "einsum: expected one size for 'i', got shapes [1, 3]"],
  ['einsum of other ranks', () => api.einsum('ij', ones([2])), ShapeError, "einsum: expected an operand with 2 axes for 'ij', got [2]"],
  ['einsum with an operand too few', () => api.einsum('ij,jk', ones([2, 3])), TypeError, "einsum: expected 2 tensors for 'ij,jk', got 1"],
  ['einsum with an unknown label', () => api.einsum('ij->k', ones([2, 3])), RangeError, "einsum: expected labels of the operands after ->, each once and with their ellipsis, got 'ij->k'"],
  ['einsum with a label twice', () => api.einsum('ij->ii', ones([2, 3])), RangeError, "einsum: expected labels of the operands after ->, each once and with their ellipsis, got 'ij->ii'"],
  ['einsum that drops an ellipsis', () => api.einsum('...i->i', ones([2, 3])), RangeError, "einsum: expected labels of the operands after ->, each once and with their ellipsis, got '...i->i'"],
  ['einsum with two ellipses', () => api.einsum('...i...', ones([2, 3])), TypeError, "einsum: expected subscripts such as 'ij,jk->ik', with at most one ellipsis per operand, got '...i...'"],
  ['einsum with digits', () => api.einsum('i1', ones([2, 3])), TypeError, "einsum: expected subscripts such as 'ij,jk->ik', with at most one ellipsis per operand, got 'i1'"],
  ['einsum of integers', () => api.einsum('i', wrong(tensor(Int32Array.of(1)))), DTypeError, "einsum: expected f32, got i32 of shape [1]"],
  ['linspace to infinity', () => api.linspace(0, Infinity), RangeError, "linspace: expected stop to be a finite number, got Infinity"],
  ['linspace with a misspelt option', () => api.linspace(0, 1, 3, wrong({ endPoint: true })), TypeError, "linspace: expected options endpoint, got unknown option 'endPoint'"],
  ['sort of a scalar', () => api.sort(tensor(1)), RangeError, "sort: expected axis between 0 and -1, got -1"],
  ['randomPermutation of a scalar', () => api.randomPermutation(tensor(1)), ShapeError, "randomPermutation: expected at least one axis, got []"],
  ['randomPermutation of less than nothing', () => api.randomPermutation(-1), RangeError, "randomPermutation: expected n to be a whole number >= 0, got -1"],
  ['randomPermutation of a word', () => api.randomPermutation(wrong<number>('5')), TypeError, "randomPermutation: expected a number or a tensor, got '5'"],
  ['randomPermutation with a bad seed', () => api.randomPermutation(5, { seed: -1 }), RangeError, "randomPermutation: expected seed to be a whole number >= 0, got -1"],
  ['argsort past the axes', () => api.argsort(ones([2]), 1), RangeError, "argsort: expected axis between -1 and 0, got 1"],
  ['topK of a scalar', () => api.topK(tensor(1), 1), ShapeError, "topK: expected at least one axis, got []"],
  ['topK of too many', () => api.topK(ones([2]), 3), RangeError, "topK: expected k to be a whole number >= 0 and <= 2, got 3"],
  ['takeAlongAxis with another shape', () => api.takeAlongAxis(ones([2, 3]), tensor(Int32Array.of(1, 0))), ShapeError, "takeAlongAxis: expected indices that broadcast with [2, 3] along all axes but 1, got [2]"],
  ['takeAlongAxis with another size', () => api.takeAlongAxis(ones([2, 3]), wrong(api.cast(ones([3, 1]), 'i32'))), ShapeError, "takeAlongAxis: expected indices that broadcast with [2, 3] along all axes but 1, got [3, 1]"],
  ['topK along no axis', () => api.topK(ones([2]), 1, { axis: 1 }), RangeError, "topK: expected axis between -1 and 0, got 1"],
  ['topK with a misspelt option', () => api.topK(ones([2]), 1, wrong({ smallest: true })), TypeError, "topK: expected options axis, largest, got unknown option 'smallest'"],
  ['sort in an order by name', () => api.sort(ones([2]), 0, wrong('descending')), TypeError, "sort: expected options to be an object, got 'descending'"],
  ['argsort descending by number', () => api.argsort(ones([2]), 0, wrong({ descending: 1 })), TypeError, "argsort: expected descending to be true or false, got 1"],
  ['expandDims twice at one place', () => api.expandDims(ones([2]), [0, -3]), RangeError, "expandDims: expected distinct axes, got [0, -3]"],
  ['arange with steps of 0', () => api.arange(0, 2, 0), RangeError, "arange: expected the number of elements to be a whole number, got Infinity"],
  ['arange to no number', () => api.arange(0, NaN), RangeError, "arange: expected stop to be a finite number, got NaN"],
  ['variance with a negative correction', () => api.variance(ones([2]), { correction: -1 }), RangeError, "variance: expected correction to be a finite number >= 0, got -1"],
  ['std with an option of NumPy', () => api.std(ones([2]), wrong({ ddof: 1 })), TypeError, "std: expected options axis, keepDims, correction, got unknown option 'ddof'"],
  ['takeAlongAxis past the end', () => api.takeAlongAxis(ones([3]), tensor(Int32Array.of(3))), RangeError, "takeAlongAxis: expected indices in 0..2, got 3"],
  ['scatterAdd with other updates', () => api.scatterAdd(ones([3]), tensor(Int32Array.of(1)), ones([2])), ShapeError, "scatterAdd: expected updates of shape [1], got [2]"],
  ['scatterAdd before the begin', () => api.scatterAdd(ones([3]), tensor(Int32Array.of(-1)), ones([1])), RangeError, "scatterAdd: expected indices in 0..2, got -1"],
  ['segmentSum with too few segments', () => api.segmentSum(ones([3, 2]), tensor(Int32Array.of(1)), 2), ShapeError, "segmentSum: expected a segment for each entry of [3, 2], got [1]"],
  ['segmentSum past the end', () => api.segmentSum(ones([1]), tensor(Int32Array.of(2)), 2), RangeError, "segmentSum: expected segments in 0..1, got 2"],
  ['customGradient of no function', () => api.customGradient(wrong<typeof square>(7), () => []), TypeError, "customGradient: expected f to be a function, got 7"],
  ['customGradient without inputs', () => wrong<() => Tensor>(api.customGradient(square, () => []))(), TypeError, "customGradient: expected at least one tensor, got none"],
  ['customGradient of a function without result', () => api.customGradient(wrong<typeof square>(() => 3), () => [])(ones([1])), TypeError, "customGradient: expected f to return a tensor, got 3"],
  ['customGradient with too few gradients', () => api.grad((x: Tensor) => api.sum(api.customGradient(square, () => [])(x)))(ones([1])), TypeError, "grad: customGradient: expected 1 gradients from the pullback, in an array, got []"],
  ['customGradient with a gradient of another shape', () => api.grad((x: Tensor) => api.sum(api.customGradient(square, () => [ones([2])])(x)))(ones([1])), ShapeError, "grad: customGradient: expected gradient 0 of shape [1], got [2]"],
  ['randomBernoulli with a probability above 1', () => api.randomBernoulli([2], { probability: 2 }), RangeError, "randomBernoulli: expected probability to be a finite number >= 0 and <= 1, got 2"],
  ['randomBernoulli with a negative seed', () => api.randomBernoulli([2], { seed: -1 }), RangeError, "randomBernoulli: expected seed to be a whole number >= 0, got -1"],
  ['randomCategorical without classes', () => api.randomCategorical(ones([2, 0])), ShapeError, "randomCategorical: expected logits [..., classes], got [2, 0]"],
  ['randomTruncatedNormal with a negative deviation', () => api.randomTruncatedNormal([2], { std: -1 }), RangeError, "randomTruncatedNormal: expected std to be a finite number >= 0, got -1"],
]; // prettier-ignore

describe('wrong arguments', () => {
  it.each(cases)('%s', (_, act, type, message) => {
    expect(() => tidy(() => void act())).toThrow(typed(type, message));
  });
});
