// Against NumPy, in the cases where operations could reasonably differ: references/make.py writes what NumPy answers.
import { expect, it } from 'vitest';
import * as api from '../../src/index.js';
import type { DType, Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { ulpError } from '../support/special.js';
import { wrong } from '../support/wrong.js';
import references from './references/numpy.json';

withRuntime();

interface Reference {
  readonly op: string;
  readonly inputs: readonly { readonly shape: readonly number[]; readonly values: readonly (number | string)[] }[];
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
  /** Arguments after the tensors. */
  readonly rest?: readonly unknown[];
  /** Arguments before them. */
  readonly first?: readonly unknown[];
}

/** What may be off where the result is rounded, in ULP; NumPy's own results are off by up to two. */
const ROUNDED: Readonly<Record<string, number>> = {
  ...{ tan: 5, asin: 5, acos: 5, atan: 4, sinh: 5, cosh: 5, exp2: 3, log2: 3, atan2: 4 },
  ...{ floorDivide: 1, norm: 2, std: 2 },
};

const rows: readonly Reference[] = references;

it.each(rows.map((row, i) => [`${row.op} (${row.dtype}, ${i})`, row] as const))('%s', (_, row) => {
  tidy(() => {
    const f: (...args: readonly unknown[]) => Tensor<DType> = wrong(Reflect.get(api, row.op));
    const inputs = row.inputs.map(({ shape, values }) =>
      api.tensor(values.map(Number), shape, row.dtype === 'i32' ? 'i32' : 'f32'),
    );
    const y = f(...(row.first ?? []), ...inputs, ...(row.rest ?? []));
    expect(y.shape).toEqual(row.shape);
    const expected = row.values.map(Number);
    const allowed = ROUNDED[row.op] ?? 0;
    if (allowed === 0) expect([...y.data()]).toEqual(row.dtype === 'i32' ? expected : expected.map(Math.fround));
    else {
      y.data().forEach((value, i) => {
        const text = `element ${i} of ${inputs.map((x) => x.data()[i]).join(', ')}: ${value}, NumPy ${expected[i]}`;
        expect(Math.sign(value), text).toBe(Math.sign(expected[i]!));
        expect(ulpError(value, expected[i]!), text).toBeLessThanOrEqual(allowed);
      });
    }
  });
});
