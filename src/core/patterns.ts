import { show } from './checks.js';
import { refuse } from './errors.js';

/**
 * Which of a model's weights: those whose name (`dense_1/kernel`) a regular expression matches, those of a layer or
 * model with a name, the one with a full name, or all that an array of these names.
 */
export type WeightPattern = string | RegExp | readonly (string | RegExp)[];

/** Something with a name. */
interface Named {
  readonly name: string;
}

/** The entries of a pattern. @throws TypeError for what is none */
export function checkPattern(where: string, pattern: unknown): readonly (string | RegExp)[] {
  const entries: readonly unknown[] = Array.isArray(pattern) ? pattern : [pattern];
  const isEntry = (entry: unknown) => typeof entry === 'string' || entry instanceof RegExp;
  const checked = entries.filter(isEntry);
  if (checked.length > 0 && checked.length === entries.length) return checked;
  refuse(TypeError, where, 'names of weights or layers, or a RegExp', show(pattern));
}

/** Whether a name is among those that a checked pattern names. */
export function isMatch(pattern: WeightPattern, name: string): boolean {
  return [pattern].flat().some((entry) => fits(entry, name));
}

function fits(pattern: string | RegExp, name: string): boolean {
  return typeof pattern === 'string' ? `${name}/`.startsWith(`${pattern}/`) : name.search(pattern) >= 0;
}

/** The weights that a pattern names. @throws TypeError, RangeError when it, or an entry of it, names none */
export function matching<T extends Named>(where: string, weights: readonly T[], pattern: unknown): T[] {
  return checkPattern(where, pattern).flatMap((entry) => {
    const own = weights.filter(({ name }) => fits(entry, name));
    if (own[0]) return own;
    refuse(RangeError, where, `some of ${weights.map(({ name }) => name).join(', ') || 'no weights'}`, `'${entry}'`);
  });
}
