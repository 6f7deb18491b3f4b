// The subscripts of einsum: a label for each axis of each operand, and those of the result.
import { show } from '../../core/checks.js';
import { refuse, ShapeError } from '../../core/errors.js';
import { checkShape, shapeText, type Shape } from '../../core/shapes.js';

const DOTS = '...';

export interface Subscripts {
  /** Labels by operand. Axes of an ellipsis have the names '.0', '.1', ... from the last. */
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
  /** Size by label. */
  readonly sizes: ReadonlyMap<string, number>;
}

const SYNTAX = /^[a-z]*(\.\.\.)?[a-z]*$/i;

const malformed = (text: unknown): never =>
  refuse(TypeError, 'einsum', "subscripts such as 'ij,jk->ik', with at most one ellipsis per operand", show(text));

/** Labels of `count` axes of an ellipsis. */
const ellipsis = (count: number): string[] => Array.from({ length: count }, (_, i) => `.${count - 1 - i}`);

const expand = (part: string, count: number): string[] =>
  part
    .split(DOTS)
    .flatMap((letters, i) => (i === 0 ? Array.from(letters) : [...ellipsis(count), ...Array.from(letters)]));

const lettersOf = (part: string): string => part.replace(DOTS, '');

/** Axes that an operand's ellipsis stands for. */
function ellipsisAxes(part: string, shape: Shape): number {
  const count = shape.length - lettersOf(part).length;
  if (count === 0 || (count > 0 && part.includes(DOTS))) return count;
  return refuse(ShapeError, 'einsum', `an operand with ${lettersOf(part).length} axes for '${part}'`, shape);
}

/** The size of each label; axes of size 1 broadcast. */
function sizesOf(inputs: readonly (readonly string[])[], shapes: readonly Shape[]): Map<string, number> {
  const sizes = new Map<string, number>();
  inputs.forEach((labels, k) => {
    labels.forEach((label, i) => {
      const [size, before = 1] = [shapes[k]?.[i] ?? 1, sizes.get(label)];
      const repeated = labels.indexOf(label) !== i && size !== shapes[k]?.[labels.indexOf(label)];
      if ((size !== before && size !== 1 && before !== 1) || repeated) {
        refuse(ShapeError, 'einsum', `one size for '${label}'`, `shapes ${shapes.map(shapeText).join(' and ')}`);
      }
      sizes.set(label, size === 1 ? before : size);
    });
  });
  return sizes;
}

/** The labels of the result when none are given: the ellipsis, then in alphabetical order the letters that occur once. */
function implied(parts: readonly string[]): string {
  const letters = Array.from(parts.map(lettersOf).join(''));
  const once = letters.filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter));
  return DOTS + once.sort((a, b) => (a < b ? -1 : 1)).join('');
}

/** Reads subscripts for operands of these shapes. */
export function readSubscripts(text: string, shapes: readonly Shape[]): Subscripts {
  const given: unknown = text;
  if (typeof given !== 'string') return malformed(given);
  const [left = '', right, more] = given.replaceAll(' ', '').split('->');
  const parts = left.split(',');
  if (more !== undefined || [...parts, right ?? ''].some((part) => !SYNTAX.test(part))) malformed(given);
  if (parts.length !== shapes.length) {
    refuse(TypeError, 'einsum', `${parts.length} tensors for ${show(given)}`, shapes.length);
  }
  const counts = parts.map((part, i) => ellipsisAxes(part, shapes[i] ?? []));
  const inputs = parts.map((part, i) => expand(part, counts[i] ?? 0));
  const sizes = sizesOf(inputs, shapes);
  const most = Math.max(...counts);
  const target = right ?? implied(parts);
  const output = expand(target, most);
  const distinct = new Set(output).size === output.length;
  if (!distinct || output.some((label) => !sizes.has(label)) || (most > 0 && !target.includes(DOTS))) {
    refuse(RangeError, 'einsum', 'labels of the operands after ->, each once and with their ellipsis', show(given));
  }
  checkShape('einsum', output.map((label) => sizes.get(label) ?? 1)); // prettier-ignore
  return { inputs, output, sizes };
}
