// Operations that prediction shares have no rules until something differentiates.
import { expect, it } from 'vitest';
import { grad as bareGrad } from '../../src/autodiff/grad.js';
import { applyOne, lateRules, type LateOp } from '../../src/autodiff/op.js';
import { tensor } from '../../src/tensors/creation.js';
import { tidy } from '../../src/tensors/tidy.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { withRuntime } from '../support/live.js';

withRuntime();

it('an operation without its rules can be applied, not differentiated; with them it can', () => {
  const op: LateOp<undefined> = {
    name: 'same',
    infer: ([x]) => (x ? [x] : []),
    rules: 'later',
  };
  const same = (x: Tensor): Tensor => applyOne(op, [x], undefined);
  tidy(() => {
    expect(same(tensor(3)).item()).toBe(3);
    expect(() => bareGrad(same)(tensor(3))).toThrow(/^same: expected rules, got none/);
  });
  lateRules(op, { vjp: (_, [c]) => [c], jvp: (_, [t]) => [t], saves: { inputs: false } })();
  tidy(() => {
    expect(bareGrad(same)(tensor(3)).item()).toBe(1);
  });
});
