// Several inputs or targets of one sample: given in order or by name, kept side by side in one row.
import { isPlain } from '../core/checks.js';
import { sizeOf, type Shape } from '../core/shapes.js';
import { Tensor } from '../tensors/tensor.js';
import type { RowData } from './rows.js';

/** Rows of several inputs or targets: in order, an array in which at least one is a tensor; or by name. */
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

/** Targets whose shape says less than others': numbers without axes of their own, or integers by type with several a row. */
export type TargetForm = 'flat' | 'integers';

/** Whether data are several inputs or targets. Nested arrays are rows of one, typed arrays among them too. */
export function isSeveral(data: RowData | SeveralRows): data is SeveralRows {
  if (!Array.isArray(data)) return isPlain(data);
  const items: readonly unknown[] = data;
  return typeof items[0] === 'object' && items.some((item) => item instanceof Tensor);
}

/** Puts rows side by side: all of the first row, then all of the second. */
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

/** The values of one part of the rows in which it begins at `begin`. */
export function partOfRows(rows: ArrayLike<number>, size: number, begin: number, { shape }: Part): Float32Array {
  const [total, width] = [rows.length / size, sizeOf(shape)];
  return Float32Array.from(
    { length: size * width },
    (_, i) => rows[Math.floor(i / width) * total + begin + (i % width)]!,
  );
}
