// Cells of tables: what counts as a gap, and how numbers are written.
import { show } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';

/** A cell of a row given as an object. `null`, `undefined`, NaN and the words for gaps are gaps. */
export type Cell = string | number | boolean | Date | null | undefined;

/** A row of a table: cells by the name of their column. */
export type TableRow = Readonly<Record<string, Cell>>;

/** Words that stand for a gap, in any case. */
export const GAPS: readonly string[] = ['', '?', '-', 'na', 'n/a', '#n/a', 'nan', 'null', 'none'];

const [ZERO, NINE] = [48, 57];

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/** The words for gaps, for looking up. */
export class Gaps {
  readonly words: readonly string[];
  readonly #known: ReadonlySet<string>;
  readonly #longest: number;
  /** Whether a word begins with a digit: otherwise numbers need not be looked up. */
  readonly #digits: boolean;

  constructor(words: readonly string[]) {
    this.words = words;
    this.#known = new Set(words.map((word) => word.toLowerCase()));
    this.#longest = Math.max(0, ...words.map(({ length }) => length));
    this.#digits = words.some((word) => /^\d/.test(word));
  }

  /** Whether trimmed text is a gap. */
  has(text: string): boolean {
    if (text === '') return true;
    if (text.length > this.#longest || (!this.#digits && isDigit(text.charCodeAt(0)))) return false;
    return this.#known.has(text.toLowerCase());
  }
}

/** The mark before the decimals; the other one of the two may separate thousands. */
export type Decimal = '.' | ',';

const GROUPED = {
  '.': /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/,
  ',': /^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$/,
};
const COMMA = /^[+-]?(\d+(,\d*)?|,\d+)(e[+-]?\d+)?$/i;

/** Hexadecimal and other numbers that only programs write. */
function isPrefixed(text: string): boolean {
  return text.charCodeAt(0) === ZERO && /^0[xob]/i.test(text);
}

/** The number that trimmed text stands for, or NaN. */
export function numberIn(text: string, decimal: Decimal): number {
  if (decimal === '.') {
    const value = Number(text);
    if (!Number.isNaN(value)) return text === '' || isPrefixed(text) ? NaN : value;
    return GROUPED['.'].test(text) ? Number(text.replaceAll(',', '')) : NaN;
  }
  if (COMMA.test(text)) return Number(text.replace(',', '.'));
  return GROUPED[','].test(text) ? Number(text.replaceAll('.', '').replace(',', '.')) : NaN;
}

/** The words of a cell, trimmed; undefined for a gap. */
export function wordsIn(cell: unknown, gaps: Gaps): string | undefined {
  if (typeof cell === 'string') {
    const text = cell.trim();
    return gaps.has(text) ? undefined : text;
  }
  if (cell === null || cell === undefined || Number.isNaN(cell)) return undefined;
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? undefined : cell.toISOString();
  return typeof cell === 'number' || typeof cell === 'boolean' ? String(cell) : undefined;
}

/** Refuses what no cell of a table may be. @throws TypeError, RangeError */
export function checkCell(where: string, name: string, cell: unknown): void {
  if (typeof cell === 'string' || typeof cell === 'boolean' || cell === null || cell === undefined) return;
  const what = `text, a number, true, false, a Date or null for '${name}'`;
  if (typeof cell === 'number') {
    if (Math.abs(cell) === Infinity) refuse(RangeError, where, `a finite number for '${name}'`, show(cell));
    return;
  }
  if (!(cell instanceof Date)) refuse(TypeError, where, what, show(cell));
  if (Number.isNaN(cell.getTime())) refuse(RangeError, where, `a valid Date for '${name}'`, 'an invalid one');
}
