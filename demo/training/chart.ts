const [WIDTH, HEIGHT] = [260, 190];
const PLOT = { left: 34, right: 252, top: 28, bottom: 168 };
/** More points than this are more than there are pixels: every other one goes. */
const MOST_POINTS = 400;

export interface ChartOptions {
  readonly title: string;
  /** Names of the lines, at most two. */
  readonly names: readonly string[];
  /** Upper end of the vertical axis; left out: what the values need. */
  readonly top?: number;
  readonly format: (value: number) => string;
}

type Points = [x: number, y: number][];

function svg(tag: string, attributes: Readonly<Record<string, string | number>>, text = ''): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.textContent = text;
  return element;
}

/** The next of 1, 2, 5, 10, ... times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5].find((digit) => digit * power >= value) ?? 10);
}

/** A small line chart over epochs that grows while a network trains. */
export class Chart {
  readonly #options: ChartOptions;
  readonly #root = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'plot', role: 'img' });
  readonly #lines: { readonly element: SVGElement; points: Points }[];
  readonly #labels: SVGElement[];
  #xEnd: SVGElement;
  #epochs = 1;
  #drawing = false;

  constructor(figure: Element, options: ChartOptions) {
    this.#options = options;
    const { left, right, top, bottom } = PLOT;
    this.#root.append(svg('text', { x: 0, y: 12 }, options.title));
    this.#labels = [0, 0.5, 1].map((share) => {
      const y = bottom - share * (bottom - top);
      this.#root.append(svg('line', { x1: left, x2: right, y1: y, y2: y, class: 'grid' }));
      const label = svg('text', { x: left - 5, y: y + 4, 'text-anchor': 'end' });
      this.#root.append(label);
      return label;
    });
    this.#xEnd = svg('text', { x: right, y: bottom + 15, 'text-anchor': 'end' });
    this.#root.append(svg('text', { x: left, y: bottom + 15 }, '0'), this.#xEnd);
    this.#lines = options.names.map((name, i) => {
      const kind = i === 0 ? 'first' : 'second';
      this.#root.append(svg('text', { x: right - 60 * i, y: 12, class: kind, 'text-anchor': 'end' }, name));
      const element = svg('polyline', { class: kind });
      this.#root.append(element);
      return { element, points: [] };
    });
    figure.append(this.#root);
    this.reset(1);
  }

  /** Empties the chart for a training of so many epochs. */
  reset(epochs: number): void {
    this.#epochs = epochs;
    for (const line of this.#lines) line.points = [];
    this.#draw();
  }

  add(line: number, epoch: number, value: number): void {
    const entry = this.#lines[line];
    if (!entry || !Number.isFinite(value)) return;
    entry.points.push([epoch, value]);
    if (entry.points.length > MOST_POINTS) {
      entry.points = entry.points.filter((_, i) => i % 2 === 0 || i === entry.points.length - 1);
    }
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#drawing = false;
    const { left, right, top, bottom } = PLOT;
    const { format, title } = this.#options;
    const values = this.#lines.flatMap(({ points }) => points.map(([, y]) => y));
    const end = this.#options.top ?? roundUp(Math.max(0.01, ...values));
    this.#labels.forEach((label, i) => (label.textContent = format((i / 2) * end)));
    this.#xEnd.textContent = `${this.#epochs} epoch${this.#epochs === 1 ? '' : 's'}`;
    for (const { element, points } of this.#lines) {
      const place = ([x, y]: Points[number]): string => {
        const px = left + (x / this.#epochs) * (right - left);
        const py = bottom - Math.min(1, y / end) * (bottom - top);
        return `${px.toFixed(1)},${py.toFixed(1)}`;
      };
      element.setAttribute('points', points.map(place).join(' '));
    }
    const last = this.#lines.map(({ points }, i) => `${this.#options.names[i]} ${format(points.at(-1)?.[1] ?? NaN)}`);
    this.#root.setAttribute('aria-label', values.length > 0 ? `${title}: ${last.join(', ')}` : `${title}: empty`);
  }
}
