// Operations that prediction needs too find their derivative rules in the table of the transformation.
import { expect, expectTypeOf, it } from 'vitest';
import { makeGrad } from '../../src/autodiff/grad.js';
import { applyOne, type Op, type Rules, type RuleTable } from '../../src/autodiff/op.js';
import { rules } from '../../src/ops/rules.js';
import { relu } from '../../src/ops/relu.js';
import { tensor } from '../../src/tensors/creation.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';

withRuntime();

it('a table without one of the rules does not compile', () => {
  expectTypeOf(rules).toExtend<RuleTable>();
  expectTypeOf<Omit<RuleTable, 'relu'>>().not.toExtend<RuleTable>();
  expectTypeOf<Omit<RuleTable, 'affine'>>().not.toExtend<RuleTable>();
});

it('an operation without an entry, or with one for other attributes, does not compile', () => {
  expectTypeOf<(table: RuleTable) => RuleTable['relu']>().toExtend<Op<[]>['rules']>();
  expectTypeOf<(table: RuleTable) => RuleTable['affine']>().not.toExtend<Op<[]>['rules']>();
  expectTypeOf<'anOperationWithoutRules'>().not.toExtend<keyof RuleTable>();
  expectTypeOf<undefined>().not.toExtend<Op<[]>['rules']>();
});

it('the rules are those of the table, and the operation stays as it is', () => {
  const doubled: Rules<[]> = { ...rules.relu, vjp: (_, [cotangent]) => [cotangent] };
  const op = Object.freeze<Op<[]>>({ name: 'same', infer: ([x]) => (x ? [x] : []), rules: (table) => table.relu });
  tidy(() => {
    expect(applyOne(op, [tensor(-3)], []).item()).toBe(-3);
    expect(makeGrad({ ...rules, relu: doubled })((x) => applyOne(op, [x], []))(tensor(-3)).item()).toBe(1);
    expect(makeGrad({ ...rules, relu: doubled })(relu)(tensor(-3)).item()).toBe(1);
    expect(makeGrad(rules)(relu)(tensor(-3)).item()).toBe(0);
  });
});
