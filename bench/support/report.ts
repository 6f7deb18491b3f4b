// Tables and bars for a terminal.
import { bestOther, inUnit, type Measured, type Results } from './family.js';

const BLOCKS = ' ▏▎▍▌▋▊▉█';
const BAR_WIDTH = 44;
const OWN = '█';
const OTHER = '▒';

/** Three significant digits, without exponent. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return value.toFixed(digits);
}

/** Rows of cells as aligned text: the first column to the left, numbers to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('   ');
  const rule = widths.map((width) => '─'.repeat(width)).join('───');
  return rows.flatMap((row, i) => (i === 0 ? [line(row), rule] : [line(row)])).join('\n');
}

/** A bar of `share` of the full width, to an eighth of a character. */
function bar(share: number, width = BAR_WIDTH): string {
  const eighths = Math.max(0, Math.min(width * 8, Math.round(share * width * 8)));
  return '█'.repeat(Math.floor(eighths / 8)) + (eighths % 8 > 0 ? (BLOCKS[eighths % 8] ?? '') : '');
}

function names({ cases }: Results): string[] {
  return [...new Set(cases.flatMap(({ seconds }) => Object.keys(seconds)))];
}

/** The factor by which the library is faster than the fastest of the others. */
function speedup(results: Results, measured: Measured): number {
  return bestOther(results, measured) / (measured.seconds[results.ours] ?? NaN);
}

/** One line per case, one column per candidate. */
export function resultTable(results: Results): string {
  const { unit, cases, ours, others, shareOfPeak } = results;
  const columns = names(results);
  const compared = others.length > 0;
  const head = [unit, ...columns, ...(compared ? ['times best JS'] : []), ...(shareOfPeak ? ['of peak'] : [])];
  const rows = cases.map((each) => {
    const { name, seconds, work, peak } = each;
    const cells = columns.map((column) => {
      const time = seconds[column];
      return time === undefined ? '' : figure(inUnit(unit, time, work));
    });
    const share = (100 * (work ?? NaN)) / (seconds[ours] ?? NaN) / peak.best;
    return [
      name,
      ...cells,
      ...(compared ? [`x ${figure(speedup(results, each))}`] : []),
      ...(shareOfPeak ? [`${share.toFixed(0)} %`] : []),
    ];
  });
  return table([head, ...rows]);
}

/** The longer of two bars is visible from the end of the shorter one. */
function overlaid(own: number, other: number, rest: string): string {
  const cells = (share: number): number => Math.max(0, Math.min(BAR_WIDTH, Math.round(share * BAR_WIDTH)));
  const [shorter, longer] = own < other ? [OWN, OTHER] : [OTHER, OWN];
  const [from, to] = [cells(Math.min(own, other)), cells(Math.max(own, other))];
  return (shorter.repeat(from) + longer.repeat(to - from)).padEnd(BAR_WIDTH, rest);
}

/**
 * One line per case, with the library and the fastest of the others on one bar. The full width is the peak, if there is
 * one.
 */
export function barChart(results: Results): string {
  const { unit, shareOfPeak, cases, ours, others } = results;
  if (others.length === 0) return plainChart(results);
  const label = Math.max(...cases.map(({ name }) => name.length));
  const lines = cases.map((each) => {
    const own = inUnit(unit, each.seconds[ours] ?? NaN, each.work);
    const other = inUnit(unit, bestOther(results, each), each.work);
    const full = shareOfPeak ? each.peak.best / 1e9 : Math.max(own, other);
    const drawn = overlaid(own / full, other / full, shareOfPeak ? '·' : ' ');
    return `${each.name.padEnd(label)}  ${drawn}  ${figure(own)} against ${figure(other)}`;
  });
  const key = `${OWN} ${ours}   ${OTHER} fastest JavaScript   ${shareOfPeak ? '· up to the arithmetic peak   ' : ''}(${unit})`;
  return [...lines, `${' '.repeat(label)}  ${key}`].join('\n');
}

/** One bar per case, for families without comparison. */
function plainChart({ unit, cases, ours }: Results): string {
  const bars = cases.map(({ name, seconds, work }) => ({
    label: name,
    value: inUnit(unit, seconds[ours] ?? NaN, work),
  }));
  const label = Math.max(...bars.map((each) => each.label.length));
  const full = Math.max(...bars.map(({ value }) => value));
  return bars
    .map((each) => `${each.label.padEnd(label)}  ${bar(each.value / full).padEnd(BAR_WIDTH)}  ${figure(each.value)}`)
    .join('\n');
}
