// Over-fitting: a slider for the capacity of a model, and what it does to its errors on seen and unseen points.
import { init } from 'wasmgrad';
import { plot, type Series } from 'wasmgrad/plot';
import { find } from '../page.js';
import { isDark, onTheme } from '../theme.js';
import { fitAll, truth, valueAt, type Fit, type Points } from './polynomial.js';
import { Training } from './training.js';

const SIZE = { width: 480, height: 320 };
/** Where curves are drawn. */
const XS = Array.from({ length: 201 }, (_, i) => i / 100 - 1);
/** A test error so many times the best one is too much. */
const TOLERATED = 1.15;
/** Errors smaller than this are rounding. */
const LEAST_ERROR = 1e-4;
/** Sliders, and what stands beside them. */
const SHOWN: Readonly<Record<string, (value: number) => string>> = {
  degree: String,
  units: String,
  points: String,
  noise: String,
  decay: (exponent) => (exponent === NO_DECAY ? 'none' : (10 ** exponent).toPrecision(1)),
};
/** The lowest end of the slider is no decay at all. */
const NO_DECAY = -7;

const short = (value: number): string => String(Number(value.toPrecision(2)));
const slider = (name: string): HTMLInputElement => find(HTMLInputElement, `#fit-${name}`);
const themeNow = (): 'dark' | 'light' => (isDark() ? 'dark' : 'light');

function valueOf(name: string): number {
  const value = Number(slider(name).value);
  find(HTMLOutputElement, `#fit-${name}-value`).textContent = SHOWN[name]?.(value) ?? '';
  return value;
}

class FitTab {
  readonly #curve = find(HTMLElement, '#fit-curve');
  readonly #errors = find(HTMLElement, '#fit-errors');
  readonly #verdict = find(HTMLElement, '#fit-verdict');
  readonly #network = find(HTMLInputElement, '[name=fit-model][value=network]');
  readonly #training: Training;
  #seed = 1;
  #fit: Fit;

  constructor() {
    this.#fit = this.#solve();
    this.#training = new Training(XS, ({ points, text }, over) => {
      this.#draw('network', points);
      // What changes many times a second is not to be read out each time
      this.#verdict.ariaLive = over ? 'polite' : 'off';
      if (text) this.#verdict.textContent = text;
    });
    this.#listen();
    this.#show();
  }

  #listen(): void {
    for (const name of ['points', 'noise', 'decay']) slider(name).addEventListener('input', () => this.#refit());
    for (const name of ['degree', 'units']) slider(name).addEventListener('input', () => this.#show());
    for (const model of document.querySelectorAll('[name=fit-model]'))
      model.addEventListener('change', () => this.#show());
    find(HTMLButtonElement, '#fit-again').addEventListener('click', () => {
      this.#seed++;
      this.#refit();
    });
    find(HTMLButtonElement, '#fit-best').addEventListener('click', () => {
      slider('degree').value = String(this.#best);
      this.#show();
    });
    onTheme(() => (this.#network.checked ? this.#training.redraw() : this.#show()));
  }

  get #decay(): number {
    const exponent = valueOf('decay');
    return exponent === NO_DECAY ? 0 : 10 ** exponent;
  }

  #solve(): Fit {
    return fitAll({ points: valueOf('points'), noise: valueOf('noise'), decay: this.#decay, seed: this.#seed });
  }

  #refit(): void {
    this.#fit = this.#solve();
    this.#show();
  }

  /** The degree that foretells the unseen points best. */
  get #best(): number {
    const { test } = this.#fit;
    return test.indexOf(Math.min(...test));
  }

  #show(): void {
    const isNetwork = this.#network.checked;
    for (const part of document.querySelectorAll<HTMLElement>('#fit [data-model]'))
      part.hidden = (part.dataset['model'] === 'network') !== isNetwork;
    const [degree, units] = [valueOf('degree'), valueOf('units')];
    if (isNetwork) {
      const { seen, unseen } = this.#fit;
      this.#training.start({ units, decay: this.#decay, seen }, unseen);
    } else {
      this.#training.stop();
      this.#showDegree(degree);
    }
  }

  #showDegree(degree: number): void {
    const { coefficients, seen, unseen, training, test } = this.#fit;
    const own = coefficients[degree] ?? new Float32Array(1);
    this.#draw(`degree ${degree}`, XS.map((x) => [x, valueAt(own, x)])); // prettier-ignore
    const errors = { title: 'Error', xLabel: 'degree', yScale: 'log', ...SIZE } as const;
    this.#errors.innerHTML = plot({ ...errors, series: this.#errorSeries(degree) }, { theme: themeNow() });
    const [here, there] = [training[degree] ?? NaN, test[degree] ?? NaN];
    this.#verdict.ariaLive = 'polite';
    this.#verdict.textContent = `Error ${short(here)} on the ${seen.length} seen points, ${short(there)} on ${unseen.length} unseen ones: ${this.#judge(degree)}`;
  }

  #draw(name: string, points: Points): void {
    const series: Series[] = [
      { name: 'without noise', points: XS.map((x) => [x, truth(x)]), style: 'guide' },
      { name, points, colour: 1 },
      { name: 'seen points', points: this.#fit.seen, style: 'dots', colour: 0 },
    ];
    const chart = {
      title: `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      series,
      xRange: [-1, 1],
      yRange: [-2, 2],
      ...SIZE,
    } as const;
    this.#curve.innerHTML = plot(chart, { theme: themeNow() });
  }

  #errorSeries(degree: number): Series[] {
    const { training, test } = this.#fit;
    const limited = (values: readonly number[]): Points => values.map((value, i) => [i, Math.max(value, LEAST_ERROR)]);
    const all = [...limited(training), ...limited(test)].map(([, y]) => y);
    return [
      { name: 'seen', points: limited(training) },
      { name: 'unseen', points: limited(test) },
      { name: 'chosen', points: [[degree, Math.min(...all)], [degree, Math.max(...all)]], style: 'guide' }, // prettier-ignore
    ];
  }

  #judge(degree: number): string {
    const { test } = this.#fit;
    const best = this.#best;
    if ((test[degree] ?? NaN) <= TOLERATED * (test[best] ?? NaN)) return 'about as good as it gets.';
    if (degree < best) return `too stiff; it under-fits. Degree ${best} is best.`;
    return `it learns the noise; it over-fits. Degree ${best} is best.`;
  }
}

export async function setUpFit(): Promise<void> {
  await init({ threads: 1 });
  new FitTab();
}
