import { flag } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { flatValues, type RowData } from '../data/rows.js';
import { count, short } from './numbers.js';
import { finiteValues, labelsOf, pictureOptions, type PictureOptions } from './options.js';
import { levelOf, LEVELS, raster } from './raster.js';
import { fitted, line, px, svgOf, text, textWidth } from './svg.js';

export interface ConfusionOptions extends PictureOptions {
  /** Names of the classes. Default their numbers. */
  readonly labels?: ArrayLike<string | number> | undefined;
  /** Whether cells show the share of their row, in percent, and not the count. Default false. */
  readonly normalize?: boolean | undefined;
}

const WHERE = 'confusion';
/** More classes than this are drawn in groups. */
const MOST = 128;
/** More classes than this have no numbers in the cells. */
const WITH_NUMBERS = 24;

interface Table {
  readonly size: number;
  readonly at: (row: number, column: number) => number;
  /** Share of the row. */
  readonly share: (row: number, column: number) => number;
  /** Classes in one row. */
  readonly group: number;
}

function tableOf(matrix: unknown): Table {
  const { values, shape } = flatValues(WHERE, matrix);
  const [classes = 0, width = 0] = shape;
  if (classes > 0 && (shape.length !== 2 || width !== classes))
    refuse(ShapeError, WHERE, 'a matrix [classes, classes]', shape);
  finiteValues(WHERE, 'counts', values);
  for (let i = 0; i < values.length; i++)
    if (values[i]! < 0) refuse(RangeError, WHERE, 'counts >= 0', `${values[i]} at position ${i}`);
  const group = Math.max(1, Math.ceil(classes / MOST));
  const size = Math.ceil(classes / group);
  const sums = new Float64Array(size * size);
  const rows = new Float64Array(size);
  for (let i = 0; i < values.length; i++) {
    const [row, column] = [Math.floor(Math.floor(i / classes) / group), Math.floor((i % classes) / group)];
    sums[row * size + column]! += values[i]!;
    rows[row]! += values[i]!;
  }
  const at = (row: number, column: number): number => sums[row * size + column] ?? 0;
  return { size, at, group, share: (row, column) => at(row, column) / (rows[row] || 1) };
}

function namesOf({ size, group }: Table, classes: number, labels: unknown): string[] {
  const names = labels === undefined ? undefined : labelsOf(WHERE, labels, classes);
  if (names && names.length !== classes) refuse(ShapeError, WHERE, `${classes} labels`, names.length);
  return Array.from({ length: size }, (_, i) => {
    const [first, last] = [i * group, Math.min(classes, (i + 1) * group) - 1];
    const name = (k: number): string => names?.[k] ?? String(k);
    return group === 1 ? name(i) : `${name(first)} to ${name(last)}`;
  });
}

interface Layout {
  readonly left: number;
  readonly top: number;
  readonly cell: number;
}

/** Numbers in the cells; on strong colours in the colour of the paper. */
function numbersOf({ size, at, share }: Table, { left, top, cell }: Layout, normalize: boolean): string[] {
  if (size > WITH_NUMBERS) return [];
  const found: string[] = [];
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const value = at(row, column);
      const shown = normalize ? `${(100 * share(row, column)).toFixed(0)}%` : value < 1e7 ? count(Number(value.toFixed(2))) : short(value); // prettier-ignore
      const extra = levelOf(share(row, column)) > 0.6 * LEVELS ? ' class="inverse"' : '';
      found.push(text(left + (column + 0.5) * cell, top + (row + 0.5) * cell + 4, 'middle', shown, extra));
    }
  return found;
}

/** Names of rows and columns; those of columns are upright when they are too long. */
function axesOf(names: readonly string[], { left, top, cell }: Layout, upright: boolean): string[] {
  const every = Math.max(1, Math.ceil(14 / cell));
  const kept = names.map((name, i) => [name, i] as const).filter(([, i]) => i % every === 0);
  const bottom = top + names.length * cell;
  return kept.flatMap(([name, i]) => {
    const [x, y] = [left + (i + 0.5) * cell, top + (i + 0.5) * cell];
    const at = ` transform="translate(${px(x + 4)} ${px(bottom + 8)}) rotate(-90)"`;
    return [
      text(left - 8, y + 4, 'end', fitted(name, 140)),
      upright ? text(0, 0, 'end', fitted(name, 140), at) : text(x, bottom + 18, 'middle', name),
    ];
  });
}

function drawn(table: Table, names: readonly string[], title: string, normalize: boolean) {
  const { size, share, at } = table;
  const widest = names.reduce((most, name) => Math.max(most, Math.min(140, textWidth(name))), 0);
  let digits = 5;
  for (let i = 0; i < size * size && size <= WITH_NUMBERS; i++)
    digits = Math.max(digits, Math.min(11, count(at(Math.floor(i / size), i % size)).length));
  const cell = Math.max(size > WITH_NUMBERS ? 360 / size : 10 + 7 * digits, Math.min(80, 360 / Math.max(1, size)));
  const layout = { left: 36 + widest, top: 44, cell };
  const upright = names.some((name) => textWidth(name) > cell - 4) || cell < 14;
  const [side, below] = [Math.max(120, size * cell), upright ? widest + 12 : 24];
  const [right, bottom] = [layout.left + side, layout.top + side];
  const cells = raster(size, size, (row, column) => ({ colour: 0, level: levelOf(share(row, column)) }), { x: layout.left, y: layout.top, width: cell, height: cell }); // prettier-ignore
  const width = Math.max(right + 24, 48 + textWidth(title, 15));
  const content = [
    text(layout.left, 24, 'start', title, ' class="title"'),
    cells,
    ...[0, 1].map((end) => line('axis', [layout.left, layout.top + end * side], [right, layout.top + end * side])),
    ...[0, 1].map((end) => line('axis', [layout.left + end * side, layout.top], [layout.left + end * side, bottom])),
    ...numbersOf(table, layout, normalize),
    ...axesOf(names, layout, upright),
    size === 0 ? text(layout.left + side / 2, layout.top + side / 2, 'middle', 'no data') : '',
    text(layout.left + side / 2, bottom + below + 16, 'middle', 'predicted'),
    text(0, 0, 'middle', 'actual', ` transform="translate(16 ${px(layout.top + side / 2)}) rotate(-90)"`),
  ];
  return { width, height: bottom + below + 28, content };
}

/** The share of the diagonal and the largest count besides it, in words. */
function describe({ size, at }: Table, names: readonly string[], title: string): string {
  let [total, right, worst, pair] = [0, 0, 0, ''];
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const value = at(row, column);
      total += value;
      if (row === column) right += value;
      else if (value > worst) [worst, pair] = [value, `${names[row]} taken for ${names[column]}`];
    }
  const most = worst > 0 ? ` Most often confused: ${pair}, ${short(worst)} times.` : '';
  const share = total > 0 ? `${short(right)} of ${short(total)} on the diagonal.` : 'No data.';
  return `${title}: ${size} actual by ${size} predicted classes. ${share}${most}`;
}

/**
 * A confusion matrix: a row for each actual class, a column for each predicted one. The colour is the share of the row.
 *
 * @param matrix counts [classes, classes], as from `confusionMatrix`
 * @param options `labels`: names of the classes; `normalize`: shares in percent in place of counts; `title`, `theme`
 * @returns an SVG document as text
 * @throws ShapeError, RangeError for negative counts, NonFiniteError, TypeError
 * @example
 * ```ts
 * import { confusionMatrix } from 'wasmgrad/data';
 * import { confusion } from 'wasmgrad/plot';
 * const matrix = confusionMatrix([0, 0, 1, 2], [0, 1, 1, 2], 3);
 * console.log(confusion(matrix, { labels: ['cat', 'dog', 'fox'] }).includes('>fox</text>')); // true
 * ```
 */
export function confusion(matrix: RowData, options: ConfusionOptions = {}): string {
  const { title, theme } = pictureOptions(WHERE, options, 'Confusion matrix', ['labels', 'normalize']);
  const normalize = flag(WHERE, 'normalize', options.normalize ?? false);
  const table = tableOf(matrix);
  const { shape } = flatValues(WHERE, matrix);
  const names = namesOf(table, shape[0] ?? 0, options.labels);
  return svgOf({ ...drawn(table, names, title, normalize), title, theme, description: describe(table, names, title) });
}
