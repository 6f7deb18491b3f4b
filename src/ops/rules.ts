import type { RuleTable } from '../autodiff/op.js';
import { activationRules } from './activations.js';
import { productRules } from './product.js';
import { mulOp } from './mul.js';

/** The derivative rules of all operations that do not own theirs. An entry that is missing is a compile error. */
export const rules: RuleTable = { affine: productRules, times: mulOp.rules, ...activationRules };
