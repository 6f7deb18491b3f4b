// Over-fitting: a slider for the degree of a polynomial, and what it does to seen and unseen points.
import { init } from 'wasmgrad';
import { plot, type Series } from 'wasmgrad/plot';
import { find } from '../page.js';
import { isDark, onTheme } from '../theme.js';
import { fitAll, truth, valueAt, type Fit, type Points } from './polynomial.js';

const SIZE = { width: 480, height: 320 };
const LINE = 200;
/** A test error so many times the best one is too much. */
const TOLERATED = 1.15;
/** Errors smaller than this are rounding. */
const LEAST_ERROR = 1e-4;

const short = (value: number): string => String(Number(value.toPrecision(2)));
const slider = (name: string): HTMLInputElement => find(HTMLInputElement, `#fit-${name}`);

function say(name: string, text: string): void {
  find(HTMLOutputElement, `#fit-${name}-value`).textContent = text;
}

const lineOf = (f: (x: number) => number): Points =>
  Array.from({ length: LINE + 1 }, (_, i) => [(2 * i) / LINE - 1, f((2 * i) / LINE - 1)]);

class FitTab {
  readonly #curve = find(HTMLElement, '#fit-curve');
  readonly #errors = find(HTMLElement, '#fit-errors');
  readonly #verdict = find(HTMLElement, '#fit-verdict');
  #seed = 1;
  #fit: Fit;

  constructor() {
    this.#fit = this.#solve();
    for (const name of ['points', 'noise', 'decay']) slider(name).addEventListener('input', () => this.#refit());
    slider('degree').addEventListener('input', () => this.#show());
    find(HTMLButtonElement, '#fit-again').addEventListener('click', () => {
      this.#seed++;
      this.#refit();
    });
    find(HTMLButtonElement, '#fit-best').addEventListener('click', () => {
      slider('degree').value = String(this.#best);
      this.#show();
    });
    onTheme(() => this.#show());
    this.#show();
  }

  #solve(): Fit {
    const [points, noise, exponent] = ['points', 'noise', 'decay'].map((name) => Number(slider(name).value));
    // The lowest end of the slider is no decay at all
    const decay = exponent === -7 ? 0 : 10 ** (exponent ?? 0);
    say('points', String(points));
    say('noise', String(noise));
    say('decay', decay === 0 ? 'none' : decay.toPrecision(1));
    return fitAll({ points: points ?? 0, noise: noise ?? 0, decay, seed: this.#seed });
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
    const degree = Number(slider('degree').value);
    say('degree', String(degree));
    const { coefficients, seen, unseen, training, test } = this.#fit;
    const own = coefficients[degree] ?? new Float32Array(1);
    const theme = isDark() ? 'dark' : 'light';
    const series: Series[] = [
      { name: 'without noise', points: lineOf(truth), style: 'guide' },
      { name: `degree ${degree}`, points: lineOf((x) => valueAt(own, x)), colour: 1 },
      { name: 'seen points', points: seen, style: 'dots', colour: 0 },
    ];
    const chart = { title: `Degree ${degree}`, series, xRange: [-1, 1], yRange: [-2, 2], ...SIZE } as const;
    this.#curve.innerHTML = plot(chart, { theme });
    const errors = { title: 'Error', xLabel: 'degree', yScale: 'log', ...SIZE } as const;
    this.#errors.innerHTML = plot({ ...errors, series: this.#series(degree) }, { theme });
    const [here, there] = [training[degree] ?? NaN, test[degree] ?? NaN];
    this.#verdict.textContent = `Error ${short(here)} on the ${seen.length} seen points, ${short(there)} on ${unseen.length} unseen ones: ${this.#judge(degree)}`;
  }

  #series(degree: number): Series[] {
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
