// A column as it was read, before anything is fitted.
import { show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import { numberIn, wordsIn, type Decimal, type Gaps } from './cells.js';
import { dateIn, type DateOrder } from './dates.js';

/** How the cells of a column are read. */
export type Reading =
  | { readonly role: 'number'; readonly decimal: Decimal }
  | { readonly role: 'category' }
  | { readonly role: 'date'; readonly order: DateOrder };

/** Numbers, or times in milliseconds; NaN is a gap. */
export interface NumberColumn {
  readonly role: 'number' | 'date';
  readonly values: Float64Array | Float32Array;
}

/** Words: `codes[row]` is 0 for a gap, else 1 more than the position of the word in `levels`. */
export interface WordColumn {
  readonly role: 'category';
  readonly codes: Uint8Array | Uint16Array | Uint32Array;
  readonly levels: readonly string[];
}

export type RawColumn = NumberColumn | WordColumn;

/** The number or time in a cell; NaN for a gap. @throws FormatError, naming the column, and the row if there is one */
export function valueIn(
  where: string,
  name: string,
  reading: Exclude<Reading, { role: 'category' }>,
  cell: unknown,
  gaps: Gaps,
  row?: number,
): number {
  if (typeof cell === 'number') return cell;
  if (cell instanceof Date) return cell.getTime();
  if (typeof cell === 'boolean') return Number(cell);
  const text = wordsIn(cell, gaps);
  if (text === undefined) return NaN;
  const value = reading.role === 'date' ? dateIn(text, reading.order) : numberIn(text, reading.decimal);
  if (Number.isFinite(value)) return value;
  const place = row === undefined ? '' : ` of row ${row}`;
  refuse(FormatError, where, `a ${reading.role} in column '${name}'${place}`, show(text));
}

/** Numbers before words, by size; words by their characters. */
function compareWords(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  if (x !== y && !Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  return a < b ? -1 : Number(a > b);
}

/** Collects the cells of one column. */
export interface ColumnReader {
  readonly put: (row: number, cell: unknown) => void;
  readonly done: () => RawColumn;
}

/** A word by itself. Engines keep a long text alive for every piece of it. */
function ownText(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}

function readWords(rows: number, gaps: Gaps): ColumnReader {
  let codes: WordColumn['codes'] = new Uint8Array(rows);
  const known = new Map<string, number>();
  return {
    put(row, cell) {
      const text = wordsIn(cell, gaps);
      if (text === undefined) return;
      let code = known.get(text);
      if (code === undefined) {
        known.set(ownText(text), (code = known.size + 1));
        if (code === 1 << 8) codes = Uint16Array.from(codes);
        if (code === 1 << 16) codes = Uint32Array.from(codes);
      }
      codes[row] = code;
    },
    done() {
      const levels = [...known.keys()].sort(compareWords);
      const place = new Uint32Array(levels.length + 1);
      levels.forEach((level, i) => (place[known.get(level) ?? 0] = i + 1));
      for (let i = 0; i < rows; i++) codes[i] = place[codes[i] ?? 0] ?? 0;
      return { role: 'category', codes, levels };
    },
  };
}

/** A reader for `rows` cells of a column. `single`: whether all its numbers are f32, which takes half the memory. */
export function columnReader(
  where: string,
  name: string,
  reading: Reading,
  rows: number,
  gaps: Gaps,
  single = false,
): ColumnReader {
  if (reading.role === 'category') return readWords(rows, gaps);
  const { role } = reading;
  const values = new (single && role === 'number' ? Float32Array : Float64Array)(rows);
  return {
    put: (row, cell) => (values[row] = valueIn(where, name, reading, cell, gaps, row)),
    done: () => ({ role, values }),
  };
}
