import { expect, it } from 'vitest';
import * as api from '../../src/index.js';
import { activations } from '../../src/ops/activations.js';
import { samples } from '../support/samples/index.js';

/** Exported functions that are no operations: the runtime, making tensors, autodiff, and what shows them. */
const OTHERS = [
  ...['init', 'memory', 'Tensor', 'tidy'],
  ...['arange', 'eye', 'full', 'linspace', 'ones', 'randomNormal', 'randomUniform', 'tensor', 'zeros'],
  ...['randomBernoulli', 'randomCategorical', 'randomPermutation', 'randomTruncatedNormal'],
  ...['checkGradients', 'compile', 'grad', 'graph', 'hessian', 'jacobian', 'jvp', 'valueAndGrad', 'vjp'],
];

const isError = (value: unknown): boolean => typeof value === 'function' && value.prototype instanceof Error;
const operations = Object.entries(api)
  .filter(([name, value]) => !OTHERS.includes(name) && !isError(value))
  .map(([name]) => name);

it.each(operations)('%s has a row in the table', (name) => {
  expect(samples.some(({ op }) => op === name)).toBe(true);
});

/** An activation need not be an operation of the package. */
const named = samples.map(({ op }) => op).filter((op) => !Object.hasOwn(activations, op) || Object.hasOwn(api, op));

it.each([...new Set(named)])('%s is exported', (name) => {
  expect(Object.keys(api)).toContain(name);
});
