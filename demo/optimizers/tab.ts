// Optimiser paths, live: four rules from one start, on a landscape of two parameters.
import { init } from 'wasmgrad';
import { find, make } from '../page.js';
import { onTheme } from '../theme.js';
import { Chart } from '../training/chart.js';
import { LANDSCAPES, type Landscape, type Point } from './landscapes.js';
import { Picture } from './picture.js';
import { RULES, Walker } from './walker.js';

const STEPS = 400;
/** Share of the picture that an arrow key moves the start. */
const NUDGE = 0.04;

interface Row {
  readonly shown: HTMLInputElement;
  readonly rate: HTMLElement;
  readonly steps: HTMLElement;
  readonly loss: HTMLElement;
}

const short = (value: number): string => String(Number(value.toPrecision(3)));

class OptimizersTab {
  readonly #canvas = find(HTMLCanvasElement, '#landscape');
  readonly #picture = new Picture(this.#canvas);
  readonly #name = find(HTMLSelectElement, '#landscape-name');
  readonly #rate = find(HTMLInputElement, '#rate');
  readonly #speed = find(HTMLSelectElement, '#walk-speed');
  readonly #go = find(HTMLButtonElement, '#walk');
  readonly #status = find(HTMLElement, '#walk-status');
  readonly #chart: Chart;
  readonly #rows: readonly Row[];
  #landscape: Landscape;
  #start: Point;
  #walkers: Walker[] = [];
  #running = false;
  #steps = 0;
  /** Parts of a step that are due, at slow speed. */
  #due = 0;

  constructor() {
    for (const [name, { title }] of Object.entries(LANDSCAPES)) {
      const option = make('option', '', title);
      option.value = name;
      this.#name.append(option);
    }
    this.#landscape = this.#chosen();
    this.#start = this.#landscape.start;
    const names = RULES.map(({ name }) => name);
    const options = { title: 'Loss above the smallest', names, log: true, over: 'step' };
    this.#chart = new Chart(find(HTMLElement, '#walk-loss'), options);
    const body = find(HTMLTableSectionElement, '#rules tbody');
    this.#rows = RULES.map(({ name }, i) => rowOf(body, name, i));
    this.#listen();
    this.#change();
  }

  #chosen(): Landscape {
    const landscape = LANDSCAPES[this.#name.value];
    if (!landscape) throw new Error(`expected a landscape ${this.#name.value}`);
    return landscape;
  }

  #listen(): void {
    this.#go.addEventListener('click', () => {
      if (this.#isOver) this.reset();
      this.#running = !this.#running;
      this.#go.textContent = this.#running ? 'Pause' : 'Resume';
      this.#status.textContent = this.#running ? 'On their way …' : `Paused after ${this.#steps} steps.`;
      if (this.#running) requestAnimationFrame(() => this.#frame());
    });
    find(HTMLButtonElement, '#walk-again').addEventListener('click', () => this.reset());
    this.#name.addEventListener('change', () => this.#change());
    this.#rate.addEventListener('input', () => this.reset());
    this.#canvas.addEventListener('click', ({ offsetX, offsetY }) => {
      const { left, bottom, side } = this.#landscape;
      const { clientWidth } = this.#canvas;
      this.#begin([left + (offsetX / clientWidth) * side, bottom + side - (offsetY / clientWidth) * side]);
    });
    this.#canvas.addEventListener('keydown', (event) => this.#key(event));
    for (const { shown } of this.#rows) shown.addEventListener('change', () => this.#draw());
    onTheme(() => {
      this.#picture.paint(this.#landscape);
      this.#draw();
    });
  }

  #key(event: KeyboardEvent): void {
    const moves: Readonly<Record<string, Point>> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, 1],
      ArrowDown: [0, -1],
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const by = NUDGE * this.#landscape.side;
    this.#begin([this.#start[0] + by * move[0], this.#start[1] + by * move[1]]);
  }

  /** The landscape that is chosen, from the start that suits it. */
  #change(): void {
    this.#landscape = this.#chosen();
    this.#picture.paint(this.#landscape);
    this.#start = this.#landscape.start;
    this.reset();
  }

  #begin([x, y]: Point): void {
    const { left, bottom, side } = this.#landscape;
    const inside = (value: number, low: number): number => Math.max(low, Math.min(low + side, value));
    this.#start = [inside(x, left), inside(y, bottom)];
    this.reset();
    this.#status.textContent = `They begin at (${this.#start.map(short).join(', ')}).`;
  }

  reset(): void {
    const factor = 2 ** Number(this.#rate.value);
    find(HTMLOutputElement, '#rate-factor').textContent = short(factor);
    for (const walker of this.#walkers) walker.dispose();
    const { rates } = this.#landscape;
    this.#walkers = RULES.map((rule) => new Walker(this.#landscape, rule, factor * rates[rule.rate], this.#start));
    RULES.forEach(({ rate }, i) => this.#rows[i]?.rate.replaceChildren(short(factor * rates[rate])));
    [this.#steps, this.#due, this.#running] = [0, 0, false];
    this.#go.textContent = 'Start';
    this.#status.textContent = 'Press the landscape to choose where they begin.';
    this.#chart.reset(STEPS);
    this.#draw();
  }

  get #isOver(): boolean {
    return this.#steps >= STEPS || this.#walkers.every(({ end }) => end !== undefined);
  }

  #frame(): void {
    if (!this.#running) return;
    this.#due += Number(this.#speed.value);
    for (; this.#due >= 1 && !this.#isOver; this.#due--) this.#step();
    this.#draw();
    if (this.#isOver) this.#finish();
    else requestAnimationFrame(() => this.#frame());
  }

  #step(): void {
    this.#steps++;
    this.#walkers.forEach((walker, i) => {
      if (walker.end) return;
      walker.step();
      const height = walker.loss - this.#landscape.least;
      if (height > 0) this.#chart.add(i, this.#steps, height);
    });
  }

  #finish(): void {
    this.#running = false;
    this.#go.textContent = 'Start again';
    const best = this.#walkers.reduce(
      (least, { loss }, i) => (loss < (this.#walkers[least]?.loss ?? NaN) ? i : least),
      0,
    );
    this.#status.textContent = `Done after ${this.#steps} steps: ${RULES[best]?.name ?? ''} is lowest.`;
  }

  #draw(): void {
    const paths = this.#walkers.map(({ path }, i) => ({ points: path, colour: `--c${i}` }));
    this.#picture.draw(
      this.#start,
      paths.filter((_, i) => this.#rows[i]?.shown.checked),
    );
    this.#walkers.forEach(({ path, loss, end }, i) => {
      const row = this.#rows[i];
      if (!row) return;
      row.steps.textContent = String(path.length - 1);
      row.loss.textContent = end === 'lost' ? 'lost' : short(loss);
    });
  }
}

function rowOf(body: HTMLTableSectionElement, name: string, index: number): Row {
  const row = body.insertRow();
  const head = make('th');
  head.scope = 'row';
  const label = make('label');
  const shown = make('input');
  shown.type = 'checkbox';
  shown.checked = true;
  const swatch = make('span', 'swatch');
  swatch.style.background = `var(--c${index})`;
  label.append(shown, swatch, make('span', '', name));
  head.append(label);
  row.append(head);
  const [rate, steps, loss] = [row.insertCell(), row.insertCell(), row.insertCell()];
  return { shown, rate, steps, loss };
}

export async function setUpOptimizers(): Promise<void> {
  await init({ threads: 1 });
  new OptimizersTab();
}
