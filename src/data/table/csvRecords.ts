// CSV as it is found, split into cells by the package d3-dsv.
import { dsvFormat } from 'd3-dsv';
import { show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';

const DELIMITERS = [',', ';', '\t', '|'];

/** Characters from which the delimiter is guessed. */
const HEAD = 1 << 16;
/** Records from which it is guessed. */
const RECORDS = 32;

/** Calls `visit` with the cells of every record that is not blank, and its number from 1. Nothing else is kept. */
export function eachRecord(text: string, delimiter: string, visit: (cells: string[], record: number) => void): void {
  let record = 0;
  dsvFormat(delimiter).parseRows(text, (cells: string[]) => {
    if (cells.length > 1 || (cells[0] ?? '').trim() !== '') visit(cells, ++record);
    return null;
  });
}

/** How well a delimiter divides the beginning of a text: cells of a record if all have equally many, otherwise less. */
function score(head: string, delimiter: string): number {
  const widths: number[] = [];
  eachRecord(head, delimiter, ({ length }) => {
    if (widths.length < RECORDS) widths.push(length);
  });
  const [first = 0] = widths;
  return first < 2 ? 0 : first * (widths.filter((width) => width === first).length / widths.length) ** 2;
}

/** The delimiter that divides most records into equally many cells; a comma when there is only one column. */
export function guessDelimiter(text: string): string {
  const end = text.length > HEAD ? text.lastIndexOf('\n', HEAD) : -1;
  const head = end > 0 ? text.slice(0, end) : text.slice(0, HEAD);
  const scores = DELIMITERS.map((delimiter) => score(head, delimiter));
  const best = Math.max(...scores);
  return DELIMITERS[best > 0 ? scores.indexOf(best) : 0] ?? ',';
}

/** Without a byte order mark. */
export function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** Where the text ends, without line breaks and spaces. */
function endOf(text: string): number {
  let end = text.length;
  while (end > 0 && '\r\n '.includes(text[end - 1] ?? '.')) end--;
  return end;
}

/**
 * Refuses a text whose last cell begins with a quote that is never closed: d3-dsv takes all that follows as one cell,
 * which then differs from the end of the text.
 * @throws FormatError
 */
export function checkClosed(where: string, text: string, delimiter: string, lastCell: string, record: number): void {
  const end = endOf(text);
  const quoted = `"${lastCell.replaceAll('"', '""')}"`;
  if (text.startsWith(quoted, end - quoted.length)) return;
  const plain = lastCell.slice(0, endOf(lastCell));
  const begin = end - plain.length;
  const isPlain = text.startsWith(plain, begin) && `\r\n${delimiter}`.includes(text[begin - 1] ?? delimiter);
  if (!isPlain) refuse(FormatError, where, 'a closing quote', `none in record ${record}, ${show(lastCell)}`);
}
