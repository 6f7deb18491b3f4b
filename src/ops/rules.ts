import type { RuleTable } from '../autodiff/op.js';
import { activationRules } from './activations.js';
import { productRules } from './product.js';
import { mulRules } from './mul.js';

/** The derivative rules of all operations that do not have their own. A missing entry is a compile error. */
export const rules: RuleTable = { affine: productRules, times: mulRules, ...activationRules };
