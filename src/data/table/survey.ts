// The first look at a column: what all its cells could be, from which its role follows.
import type { Decimal, Gaps } from './cells.js';
import { numberIn, wordsIn } from './cells.js';
import { dateIn, type DateOrder } from './dates.js';

/** What a column is: input as a number, as one of several words, as a time; or nothing. */
export type Role = 'number' | 'category' | 'date' | 'ignore';

/** Distinct words that are counted. */
const MAX_WORDS = 10_000;
/** Distinct whole numbers that may be the classes of a label. */
const MAX_CLASSES = 32;
/** A column of words with more distinct ones than this, and than half its cells, is text or a key. */
const FEW_WORDS = 20;

/** Counts cells of one column and tells what they have in common. */
export class Survey {
  /** Cells that are not gaps. */
  cells = 0;
  gaps = 0;
  #dot = true;
  #comma = true;
  /** Whether a cell has a mark for decimals by either reading, and not only for thousands. */
  #dotted = false;
  #day = true;
  #month = true;
  /** Whether all cells are JavaScript's booleans. */
  booleans = true;
  #coded = false;
  #single = true;
  readonly #words = new Set<string>();
  readonly #whole = new Set<number>();
  #isWhole = true;

  /** Looks at a cell. */
  see(cell: unknown, gaps: Gaps): void {
    if (typeof cell === 'number' && !Number.isNaN(cell)) {
      this.cells++;
      this.booleans = this.#day = this.#month = false;
      this.#seeNumber(cell);
      this.#seeWord(String(cell));
      return;
    }
    const text = wordsIn(cell, gaps);
    if (text === undefined) {
      this.gaps++;
      return;
    }
    this.cells++;
    if (typeof cell === 'boolean') this.#dot = this.#comma = false;
    else this.booleans = false;
    this.#seeText(text);
  }

  #seeText(text: string): void {
    if (this.#dot || this.#comma) this.#seeDigits(text);
    if (this.#day || this.#month) {
      const isDay = !Number.isNaN(dateIn(text, 'day'));
      this.#month &&= /^\d{4}/.test(text) ? isDay : !Number.isNaN(dateIn(text, 'month'));
      this.#day &&= isDay;
    }
    this.#seeWord(text);
  }

  /** Words are counted once the column is neither numbers nor dates. */
  #seeWord(text: string): void {
    if (this.#dot || this.#comma || this.#day || this.#month) return;
    if (this.#words.size < MAX_WORDS) this.#words.add(text);
  }

  #seeDigits(text: string): void {
    if (/^0\d/.test(text)) this.#coded = true;
    const isPlain = !text.includes(',') && !text.includes('.'); // then both readings are the same
    const [dot, comma] = [this.#dot || isPlain, this.#comma && !isPlain];
    const value = dot ? numberIn(text, '.') : NaN;
    const other = comma ? numberIn(text, ',') : value;
    this.#dot &&= Math.abs(value) < Infinity;
    this.#comma &&= Math.abs(other) < Infinity;
    if (this.#dot && text.includes('.') && !text.includes(',')) this.#dotted = true;
    if (Math.fround(other) !== other) this.#single = false;
    if (this.#dot || this.#comma) this.#seeNumber(this.#dot ? value : other);
  }

  #seeNumber(value: number): void {
    if (Math.fround(value) !== value) this.#single = false;
    if (!this.#isWhole) return;
    this.#whole.add(value);
    this.#isWhole = Number.isInteger(value) && this.#whole.size <= MAX_CLASSES;
  }

  /** Whether all numbers are f32. */
  get single(): boolean {
    return this.#single && (this.#dot || this.#comma);
  }

  /** How numbers are written: by the cells, or when both readings are possible, by the delimiter. */
  decimal(delimiter: string | undefined): Decimal {
    if (this.#dot !== this.#comma) return this.#dot ? '.' : ',';
    return this.#dotted || delimiter === ',' || delimiter === undefined ? '.' : ',';
  }

  /** How dates are written; the month comes first when both readings are possible. */
  get order(): DateOrder {
    return this.#month ? 'month' : 'day';
  }

  get #isNumber(): boolean {
    return this.cells > 0 && (this.#dot || this.#comma) && !this.#coded;
  }

  /** What the column is as an input. */
  role(): Role {
    if (this.cells === 0) return 'ignore';
    if (this.#isNumber) return 'number';
    if (this.#day || this.#month) return 'date';
    const { size } = this.#words;
    const isText = size === MAX_WORDS || (size > FEW_WORDS && 2 * size > this.cells);
    return isText ? 'ignore' : 'category';
  }

  /**
   * What the column is as a label: classes if it holds words, booleans, or the numbers 0..K-1 or 1..K, each twice on
   * average. Other numbers are numbers to predict.
   */
  labelRole(): Role {
    if (!this.#isNumber) return this.cells === 0 ? 'ignore' : 'category';
    const values = [...this.#whole].sort((a, b) => a - b);
    const [first = -1] = values;
    const isRun = (first === 0 || first === 1) && values.every((value, i) => value === first + i);
    const isClasses = this.#isWhole && isRun && values.length > 1 && this.cells >= 2 * values.length;
    return isClasses ? 'category' : 'number';
  }
}
