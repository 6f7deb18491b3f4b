import { make } from '../page.js';
import type { Contender } from './messages.js';

/** What is known of each size. */
export type Results = Map<number, readonly Contender[]>;

const rate = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(value < 10 ? 2 : 1));

/** Everything that runs, so that the space is there before the figures are. */
function namesOf(teams: readonly number[]): string[] {
  return [...teams.map((threads) => `WebAssembly, ${threads} thread${threads === 1 ? '' : 's'}`), 'JavaScript'];
}

/** A group of bars for each size, all on one scale. */
export function drawChart(target: HTMLElement, results: Results, teams: readonly number[]): void {
  const most = Math.max(...[...results.values()].flat().map(({ gflops }) => gflops));
  const groups = [...results].map(([size, contenders]) => {
    const group = make('div', 'group');
    const bars = make('div');
    for (const name of namesOf(teams)) {
      const gflops = contenders.find((each) => each.name === name)?.gflops;
      const bar = make('div', name === 'JavaScript' ? 'bar plain' : 'bar');
      const track = make('span', 'track');
      const length = make('span');
      length.style.transform = `scaleX(${gflops === undefined ? 0 : gflops / most})`;
      track.append(length);
      bar.append(
        make('span', 'name', name),
        track,
        make('span', '', gflops === undefined ? '–' : `${rate(gflops)} GF/s`),
      );
      bars.append(bar);
    }
    group.append(make('strong', '', String(size)), bars);
    return group;
  });
  target.replaceChildren(...groups);
}

function row(cells: readonly string[], kind: 'td' | 'th'): HTMLTableRowElement {
  const line = make('tr');
  cells.forEach((text, i) => {
    const cell = make(i === 0 ? 'th' : kind, '', text);
    if (cell instanceof HTMLTableCellElement && cell.tagName === 'TH') cell.scope = kind === 'th' ? 'col' : 'row';
    line.append(cell);
  });
  return line;
}

/** The same in figures, and how many times faster WebAssembly is. */
export function drawTable(table: HTMLTableElement, results: Results, teams: readonly number[]): void {
  const names = namesOf(teams);
  const short = names.map((name) => name.replace('WebAssembly', 'Wasm'));
  const head = row(['n', ...short, 'Times faster'], 'th');
  table.tHead?.replaceChildren(head);
  const rows = [...results].map(([size, contenders]) => {
    const values = names.map((name) => contenders.find((each) => each.name === name)?.gflops);
    const plain = values.pop();
    const best = Math.max(...values.filter((value) => value !== undefined));
    const times = plain === undefined ? '–' : `${(best / plain).toFixed(1)} ×`;
    return row([String(size), ...[...values, plain].map(rate), times], 'td');
  });
  table.tBodies[0]?.replaceChildren(...rows);
}

/** What to say when more threads were not faster, which other work on the machine explains. */
export function noteOn(results: Results, teams: readonly number[]): string {
  const most = teams.at(-1) ?? 1;
  const largest = [...results.values()].at(-1) ?? [];
  const of = (threads: number): number => largest.find(({ name }) => name === namesOf([threads])[0])?.gflops ?? NaN;
  if (most === 1 || !(of(most) < 1.2 * of(1))) return '';
  return ` ${most} threads: no faster here, so other work is keeping the cores busy. Measure again when it is over.`;
}
