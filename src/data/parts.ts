// Several inputs or targets of one sample. They are given in order or by name and stored side by side in one row.
import { isPlain } from '../core/checks.js';
import { sizeOf, type Shape } from '../core/shapes.js';
import { Tensor } from '../tensors/tensor.js';
import type { RowData } from './rows.js';

/** Rows of several inputs or targets: an array, of which at least one item is a tensor, or an object of named ones. */
export type SeveralRows = readonly RowData[] | Readonly<Record<string, RowData>>;

/** One of several inputs or targets. */
export interface Part {
  /** Its name, when it was given by name. */
  readonly name?: string | undefined;
  /** Shape of one row of it. */
  readonly shape: Shape;
  /** @internal Of targets. */
  readonly form?: TargetForm | undefined;
}

/**
 * Targets whose shape is less certain: a flat list of numbers, or several numbers of an integer type per row. `'labels'`:
 * checked rows of labels without steps.
 */
export type TargetForm = 'flat' | 'integers' | 'labels';

/** Whether data are several inputs or targets. Nested arrays, also of typed arrays, are rows of a single one. */
export function isSeveral(data: RowData | SeveralRows): data is SeveralRows {
  if (!Array.isArray(data)) return isPlain(data);
  const items: readonly unknown[] = data;
  return typeof items[0] === 'object' && items.some((item) => item instanceof Tensor);
}

/** Puts rows side by side: the first rows of all, then the second rows of all. */
export function sideBySide(size: number, parts: readonly ArrayLike<number>[]): Float32Array<ArrayBuffer> {
  const total = parts.reduce((sum, { length }) => sum + length / size, 0);
  const packed = new Float32Array(size * total);
  let begin = 0;
  for (const part of parts) {
    const width = part.length / size;
    for (let i = 0; i < part.length; i++) packed[Math.floor(i / width) * total + begin + (i % width)] = part[i]!;
    begin += width;
  }
  return packed;
}

/** The values of one part, which begins at `begin` in every row. */
export function partOfRows(rows: ArrayLike<number>, size: number, begin: number, { shape }: Part): Float32Array {
  const [total, width] = [rows.length / size, sizeOf(shape)];
  return Float32Array.from(
    { length: size * width },
    (_, i) => rows[Math.floor(i / width) * total + begin + (i % width)]!,
  );
}
