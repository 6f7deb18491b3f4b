// Sums of products over axes with names, as matrix products.
import { checkShape, sizeOf } from '../../core/shapes.js';
import { viewAs } from '../../autodiff/linear.js';
import type { Tensor } from '../../tensors/tensor.js';
import { matmul } from '../matmul.js';
import { mul } from '../mul.js';
import { sum } from '../sum.js';
import { transpose } from '../transpose.js';

/** A tensor with a name for each axis, all different. */
export interface Term {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

const sameOrder = (a: readonly string[], b: readonly string[]): boolean => a.every((label, i) => label === b[i]);

/** The axes in another order. */
export function arranged({ x, labels }: Term, order: readonly string[]): Tensor {
  if (sameOrder(labels, order)) return x;
  return transpose(
    x,
    order.map((label) => labels.indexOf(label)),
  );
}

/** A term summed over the axes whose labels are not wanted. */
export function summedTo({ x, labels }: Term, wanted: (label: string) => boolean): Term {
  const axes = labels.flatMap((label, i) => (wanted(label) ? [] : [i]));
  return axes.length === 0 ? { x, labels } : { x: sum(x, { axis: axes }), labels: labels.filter(wanted) };
}

/**
 * The product of two terms, summed over the labels that both have and that are not wanted, as one matrix product (batched
 * over labels that both have and that are wanted), or as a broadcast product when nothing is summed.
 */
export function contract(where: string, left: Term, right: Term, wanted: (label: string) => boolean): Term {
  const both = left.labels.filter((label) => right.labels.includes(label));
  const a = summedTo(left, (label) => both.includes(label) || wanted(label));
  const b = summedTo(right, (label) => both.includes(label) || wanted(label));
  const batch = both.filter(wanted);
  const summed = both.filter((label) => !wanted(label));
  const rows = a.labels.filter((label) => !both.includes(label));
  const columns = b.labels.filter((label) => !both.includes(label));
  const sizes = new Map<string, number>();
  for (const { x, labels } of [a, b]) labels.forEach((label, i) => sizes.set(label, x.shape[i] ?? 1));
  const shapeOf = (labels: readonly string[]): number[] => labels.map((label) => sizes.get(label) ?? 1);
  const [n, r, c, k] = [batch, rows, columns, summed].map((labels) => sizeOf(shapeOf(labels)));
  const labels = [...batch, ...rows, ...columns];
  const shape = checkShape(where, shapeOf(labels));
  // Matrices that lie transposed in memory are multiplied as they are.
  const transposeA = summed.length > 0 && sameOrder(a.labels, [...batch, ...summed, ...rows]);
  const transposeB = summed.length > 0 && sameOrder(b.labels, [...batch, ...columns, ...summed]);
  const first = transposeA ? a.x : arranged(a, [...batch, ...rows, ...summed]);
  const second = transposeB ? b.x : arranged(b, [...batch, ...summed, ...columns]);
  const [p, q] = [
    viewAs(first, [n ?? 1, ...(transposeA ? [k ?? 1, r ?? 1] : [r ?? 1, k ?? 1])]),
    viewAs(second, [n ?? 1, ...(transposeB ? [c ?? 1, k ?? 1] : [k ?? 1, c ?? 1])]),
  ];
  const product = summed.length === 0 ? mul(p, q) : matmul(p, q, { transposeA, transposeB });
  return { x: viewAs(product, shape), labels };
}
