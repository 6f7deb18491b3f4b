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
]; // prettier-ignore

describe('wrong arguments', () => {
  it.each(cases)('%s', (_, act, type, message) => {
    expect(() => tidy(() => void act())).toThrow(typed(type, message));
  });
});
