import { add } from '../../../src/ops/add.js';
import { mul } from '../../../src/ops/mul.js';
import { map64 } from '../arrays.js';
import { binaryCases, type Sample } from './sample.js';

/** Rows of the elementwise operations. */
export const elementwiseSamples: readonly Sample[] = [
  { op: 'add', apply: add, reference: map64((a, b) => a + b), cases: binaryCases(), operands: [{}, {}] },
  { op: 'mul', apply: mul, reference: map64((a, b) => a * b), cases: binaryCases(), operands: [{}, {}] },
];
