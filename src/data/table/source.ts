// What a table is read from: CSV, or rows as objects. Both are read twice, so that nothing but columns is kept of them.
import { isPlain, show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import { checkCell } from './cells.js';
import { checkClosed, eachRecord, guessDelimiter, withoutMark } from './csvRecords.js';

/** Calls `visit` with the cells of a row, and the number of the row from 0. */
export type RowVisitor = (cells: readonly unknown[], row: number) => void;

/** Cells in rows. */
export interface CellSource {
  /** The character between cells; undefined for rows of objects. */
  readonly delimiter: string | undefined;
  /** Visits all rows. Returns the names of the columns, no two the same, in the order of the cells. */
  readonly each: (visit: RowVisitor) => readonly string[];
}

/** Names for all columns: those without one are called by their position from 1, and repeated ones get a number. */
function distinctNames(given: readonly string[]): string[] {
  const used = new Set<string>();
  return given.map((name, i) => {
    const base = name.trim() || `column_${i + 1}`;
    let candidate = base;
    for (let n = 2; used.has(candidate); n++) candidate = `${base}_${n}`;
    used.add(candidate);
    return candidate;
  });
}

/** A checked delimiter. */
function checkDelimiter(where: string, delimiter: unknown): string {
  if (typeof delimiter === 'string' && delimiter.length === 1 && !'"\r\n'.includes(delimiter)) return delimiter;
  const kind = typeof delimiter === 'string' ? RangeError : TypeError;
  refuse(kind, where, 'delimiter to be one character, no quote or line break', show(delimiter));
}

/** The cells of a CSV text. @throws FormatError */
export function csvSource(
  where: string,
  given: string,
  { delimiter: wanted, header }: { readonly delimiter: string | undefined; readonly header: boolean },
): CellSource {
  const text = withoutMark(given);
  const delimiter = wanted === undefined ? guessDelimiter(text) : checkDelimiter(where, wanted);
  const each: CellSource['each'] = (visit) => {
    let names: readonly string[] = [];
    let last: [cell: string, record: number] = ['', 0];
    eachRecord(text, delimiter, (cells, record) => {
      if (record === 1) names = distinctNames(header ? cells : cells.map((_, i) => String(i)));
      if (cells.length !== names.length)
        refuse(FormatError, where, `${names.length} cells in record ${record}`, cells.length);
      last = [cells.at(-1) ?? '', record];
      const row = header ? record - 2 : record - 1;
      if (row >= 0) visit(cells, row);
    });
    if (last[1] > 0) checkClosed(where, text, delimiter, ...last);
    return names;
  };
  return { delimiter, each };
}

/** The cells of rows given as objects. Columns that a row does not have are gaps. @throws TypeError, RangeError */
export function rowSource(where: string, rows: readonly unknown[]): CellSource {
  const names = new Set<string>();
  const checked = Array.from(rows, (row, i) => {
    if (!isPlain(row)) refuse(TypeError, where, `an object with cells by column in row ${i}`, show(row));
    for (const [name, cell] of Object.entries(row)) {
      checkCell(`${where}: row ${i}`, name, cell);
      names.add(name);
    }
    return row;
  });
  const list = [...names];
  const each: CellSource['each'] = (visit) => {
    for (const [i, row] of checked.entries())
      visit(
        list.map((name) => (Object.hasOwn(row, name) ? row[name] : undefined)),
        i,
      );
    return list;
  };
  return { delimiter: undefined, each };
}
