import { plot } from 'wasmgrad/plot';
import { isDark, onTheme } from '../theme.js';

/** More points than this are more than there are pixels: every other one goes. */
const MOST_POINTS = 400;

export interface ChartOptions {
  readonly title: string;
  /** Names of the lines. */
  readonly names: readonly string[];
  /** Upper end of the vertical axis; left out: what the values need. */
  readonly top?: number;
}

type Points = [x: number, y: number][];

/** A small line chart over epochs that grows while a network trains. */
export class Chart {
  readonly #options: ChartOptions;
  readonly #figure: Element;
  #lines: Points[] = [];
  #epochs = 1;
  #drawing = false;

  constructor(figure: Element, options: ChartOptions) {
    this.#options = options;
    this.#figure = figure;
    onTheme(() => this.#request());
    this.reset(1);
  }

  /** Empties the chart for a training of so many epochs. */
  reset(epochs: number): void {
    this.#epochs = epochs;
    this.#lines = this.#options.names.map(() => []);
    this.#draw();
  }

  add(line: number, epoch: number, value: number): void {
    const points = this.#lines[line];
    if (!points || !Number.isFinite(value)) return;
    points.push([epoch, value]);
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
    const { title, names, top } = this.#options;
    const series = names.map((name, i) => ({ name, points: this.#lines[i] ?? [] }));
    const range = top === undefined ? {} : { yRange: [0, top] as const };
    const chart = { title, xLabel: 'epoch', xRange: [0, this.#epochs] as const, series, width: 320, height: 240 };
    this.#figure.innerHTML = plot({ ...chart, ...range }, { theme: isDark() ? 'dark' : 'light' });
  }
}
