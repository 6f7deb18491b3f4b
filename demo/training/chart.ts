import { plot } from 'wasmgrad/plot';
import { make } from '../page.js';
import { isDark, onTheme } from '../theme.js';
import { Cursor } from './cursor.js';

/** More points than this are more than there are pixels: every other one goes. */
const MOST_POINTS = 400;
const SIZE = { width: 320, height: 240 };

export interface ChartOptions {
  readonly title: string;
  /** Names of the lines. */
  readonly names: readonly string[];
  /** Upper end of the vertical axis; left out: what the values need. */
  readonly top?: number;
  /** Whether the vertical axis is logarithmic. */
  readonly log?: boolean;
  /** What is on the horizontal axis. Default 'epoch'. */
  readonly over?: string;
  /** What stands in the place of the chart before there is anything to show. */
  readonly hint?: string;
}

type Points = [x: number, y: number][];

/** A small line chart that grows while a network trains; a pointer or the arrow keys read its values. */
export class Chart {
  readonly #options: ChartOptions;
  readonly #plot = make('div', 'plot');
  readonly #cursor: Cursor;
  #lines: Points[] = [];
  #end = 1;
  #drawing = false;

  constructor(figure: Element, options: ChartOptions) {
    this.#options = options;
    this.#plot.tabIndex = 0;
    this.#plot.role = 'group';
    this.#plot.ariaLabel = `${options.title}: the arrow keys read its values`;
    const values = make('figcaption', 'values');
    figure.replaceChildren(this.#plot, values);
    this.#cursor = new Cursor(this.#plot, values, () => ({
      over: options.over ?? 'epoch',
      end: this.#end,
      lines: this.#lines.map((points, i) => ({ name: options.names[i] ?? '', points })),
    }));
    onTheme(() => this.#request());
    this.reset(1);
  }

  /** Empties the chart for a training of so many epochs. */
  reset(end: number): void {
    this.#end = end;
    this.#lines = this.#options.names.map(() => []);
    this.#cursor.hide();
    this.#draw();
  }

  add(line: number, at: number, value: number): void {
    const points = this.#lines[line];
    if (!points || !Number.isFinite(value)) return;
    points.push([at, value]);
    if (points.length > MOST_POINTS)
      this.#lines[line] = points.filter((_, i) => i % 2 === 0 || i === points.length - 1);
    this.#request();
  }

  #request(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#drawing = false;
    const { title, names, top, log = false, over = 'epoch', hint = 'Appears when you press Start.' } = this.#options;
    if (this.#lines.every((points) => points.length === 0)) {
      const empty = make('div', 'empty');
      empty.append(make('strong', '', title), make('span', '', hint));
      this.#plot.replaceChildren(empty);
      return;
    }
    const series = names.map((name, i) => ({ name, points: this.#lines[i] ?? [] }));
    const range = top === undefined ? {} : { yRange: [0, top] as const };
    const scale = log ? { yScale: 'log' as const } : {};
    const chart = { title, xLabel: over, xRange: [0, this.#end] as const, series, ...SIZE, ...range, ...scale };
    this.#plot.innerHTML = plot(chart, { theme: isDark() ? 'dark' : 'light' });
    this.#cursor.redraw();
  }
}
