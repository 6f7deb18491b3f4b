import { viewAs } from '../autodiff/linear.js';
import { sizeOf } from '../core/shapes.js';
import type { Tensor } from '../tensors/tensor.js';
import { slice } from './slice.js';
import { composing } from './support/composing.js';
import { arranged, summedTo, type Term } from './support/contraction.js';
import { contractAll } from './support/contractionOrder.js';
import { checkDType, checkTensor } from './support/operands.js';
import { readSubscripts } from './support/subscripts.js';

/** A term whose labels are all different: of axes with the same label the diagonal. */
function diagonals({ x, labels }: Term): Term {
  const label = labels.find((one, i) => labels.indexOf(one) !== i);
  if (label === undefined) return { x, labels };
  const others = labels.flatMap((one, i) => (one === label ? [] : [`${i}`]));
  const same = labels.flatMap((one, i) => (one === label ? [`${i}`] : []));
  const y = arranged({ x, labels: labels.map((_, i) => `${i}`) }, [...others, ...same]);
  const kept = y.shape.slice(0, others.length);
  const n = y.shape.at(-1) ?? 1;
  // In the flat array of k axes of size n, elements of the diagonal are 1 + n + ... + n^(k-1) apart.
  const step = same.reduce((total, _, i) => total + n ** i, 0);
  const flat = viewAs(y, [sizeOf(kept), n ** same.length]);
  const line = slice(flat, [0, 0], [sizeOf(kept), n], [1, step]);
  return diagonals({ x: viewAs(line, [...kept, n]), labels: [...labels.filter((one) => one !== label), label] });
}

/** A term without the axes of size 1 along which it is broadcast. */
function withoutRepetition({ x, labels }: Term, sizes: ReadonlyMap<string, number>): Term {
  const own = (i: number): boolean => x.shape[i] === sizes.get(labels[i] ?? '');
  return {
    x: viewAs(
      x,
      x.shape.filter((_, i) => own(i)),
    ),
    labels: labels.filter((_, i) => own(i)),
  };
}

/**
 * Einstein's sum: labels name the axes of the operands, and products are summed over the labels that the result lacks, as in
 * `'ij,jk->ik'`, a matrix product. A label twice in one operand takes the diagonal, `...` stands for all other axes, which
 * broadcast. Without `->` the result has the labels that occur once, in alphabetical order. Operands are multiplied two by two,
 * by matrix products: of more than two those first whose product takes the fewest operations.
 *
 * @param subscripts NumPy's: letters, commas, `...`, `->`
 * @param operands f32
 * @throws TypeError for other subscripts or another number of operands; RangeError for labels of the result; ShapeError for
 *   sizes that differ, or more than six axes on the way; DTypeError
 * @example
 * ```ts
 * import { einsum, init, tensor } from 'wasmgrad';
 * await init();
 * const a = tensor([[1, 2], [3, 4]]);
 * console.log(einsum('ij,kj->ik', a, a).toArray()); // [[5, 11], [11, 25]]
 * console.log(einsum('ii', a).item()); // 5
 * ```
 */
export function einsum(subscripts: string, ...operands: readonly Tensor[]): Tensor {
  for (const x of operands) checkDType('einsum', checkTensor('einsum', x), 'f32');
  const { inputs, output, sizes } = readSubscripts(
    subscripts,
    operands.map(({ shape }) => shape),
  );
  return composing('einsum', () => {
    const terms = operands.map((x, i) => withoutRepetition(diagonals({ x, labels: inputs[i] ?? [] }), sizes));
    const product = contractAll('einsum', terms, output);
    const result = arranged(
      summedTo(product, (label) => output.includes(label)),
      output,
    );
    return viewAs(result, result.shape);
  });
}
