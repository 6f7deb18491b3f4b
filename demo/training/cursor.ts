import { make } from '../page.js';

export interface Readable {
  /** What is on the horizontal axis. */
  readonly over: string;
  /** Its end; it begins at 0. */
  readonly end: number;
  readonly lines: readonly { readonly name: string; readonly points: readonly (readonly [number, number])[] }[];
}

const short = (value: number): string => String(Number(value.toPrecision(3)));

/** Where the horizontal axis lies in a chart: shares of its width. */
function axisOf(plot: Element): readonly [from: number, to: number] | undefined {
  const svg = plot.querySelector('svg');
  const width = svg?.viewBox.baseVal.width ?? 0;
  const long = Array.from(plot.querySelectorAll<SVGLineElement>('line.axis'), ({ x1, x2 }) => [
    x1.baseVal.value,
    x2.baseVal.value,
  ]).find(([from = 0, to = 0]) => to - from > width / 2);
  return long && width > 0 ? [(long[0] ?? 0) / width, (long[1] ?? 0) / width] : undefined;
}

/** Reads the values of a chart where the pointer is, or where the arrow keys have moved to. */
export class Cursor {
  readonly #plot: HTMLElement;
  readonly #values: HTMLElement;
  readonly #read: () => Readable;
  readonly #line = make('div', 'cursor');
  #at: number | undefined;

  constructor(plot: HTMLElement, values: HTMLElement, read: () => Readable) {
    [this.#plot, this.#values, this.#read] = [plot, values, read];
    plot.addEventListener('pointermove', ({ clientX }) => this.#point(clientX));
    plot.addEventListener('pointerdown', ({ clientX }) => this.#point(clientX));
    plot.addEventListener('pointerleave', () => this.hide());
    plot.addEventListener('blur', () => this.hide());
    plot.addEventListener('keydown', (event) => this.#key(event));
  }

  hide(): void {
    this.#at = undefined;
    this.#line.remove();
    this.#values.textContent = '';
  }

  /** The chart was drawn again. */
  redraw(): void {
    if (this.#at !== undefined) this.#show(this.#at);
  }

  #point(clientX: number): void {
    const axis = axisOf(this.#plot);
    if (!axis) return;
    const { left, width } = this.#plot.getBoundingClientRect();
    const share = ((clientX - left) / width - axis[0]) / (axis[1] - axis[0]);
    this.#values.removeAttribute('role');
    this.#show(Math.max(0, Math.min(1, share)) * this.#read().end);
  }

  #key(event: KeyboardEvent): void {
    const points = this.#read().lines[0]?.points ?? [];
    if (points.length === 0) return;
    const now = this.#at === undefined ? points.length - 1 : nearest(points, this.#at);
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: now - 1,
      ArrowRight: now + 1,
      Home: 0,
      End: points.length - 1,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#values.role = 'status'; // read out, unlike what the pointer finds
    this.#show(points[Math.max(0, Math.min(points.length - 1, to))]?.[0] ?? 0);
  }

  #show(at: number): void {
    const axis = axisOf(this.#plot);
    const { over, end, lines } = this.#read();
    const found = lines.flatMap(({ name, points }) => {
      const point = points[nearest(points, at)];
      return point ? [{ name, point }] : [];
    });
    const first = found[0];
    if (!axis || !first) return;
    this.#at = at;
    const values = found.map(({ name, point }) => `${name} ${short(point[1])}`).join(', ');
    this.#values.textContent = `${over} ${Number(first.point[0].toFixed(1))}: ${values}`;
    this.#line.style.left = `${100 * (axis[0] + (first.point[0] / end) * (axis[1] - axis[0]))}%`;
    this.#plot.append(this.#line);
  }
}

/** The number of the point nearest to a place. */
function nearest(points: readonly (readonly [number, number])[], at: number): number {
  let best = 0;
  points.forEach(([x], i) => {
    if (Math.abs(x - at) < Math.abs((points[best]?.[0] ?? 0) - at)) best = i;
  });
  return best;
}
