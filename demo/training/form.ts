import { find, make } from '../page.js';
import type { Problem, Settings } from './messages.js';

export type Defaults = Omit<Settings, 'problem' | 'threads'>;

type Field = HTMLInputElement | HTMLSelectElement;

function oneOf<const T extends string>(value: string, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found === undefined) throw new RangeError(`expected one of ${known.join(', ')}, got '${value}'`);
  return found;
}

/** Why this page cannot use several threads, if it cannot. */
function whyAlone(): string | undefined {
  if (navigator.hardwareConcurrency < 2) return 'This machine has one processor core, hence one thread.';
  if (crossOriginIsolated) return undefined;
  return 'Threads need a server that sends the headers COOP and COEP, so here it is one thread.';
}

/** The settings of a training. */
export class SettingsForm {
  readonly #form: HTMLFormElement;

  constructor(form: HTMLFormElement, defaults: Defaults, convolutions: boolean) {
    this.#form = form;
    form.addEventListener('submit', (event) => event.preventDefault());
    find(HTMLElement, '[data-for=network]', form).hidden = !convolutions;
    this.#fillThreads();
    this.set(defaults);
  }

  set(values: Partial<Defaults>): void {
    for (const [name, value] of Object.entries(values)) this.field(name).value = String(value);
  }

  field(name: string): Field {
    const field = this.#form.elements.namedItem(name);
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) return field;
    throw new Error(`expected a field ${name}`);
  }

  /** Takes what a link says, as far as it is possible; the rest stays. */
  take(values: ReadonlyMap<string, string>): void {
    for (const [name, value] of values) {
      const field = this.#form.elements.namedItem(name);
      if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement) || field.name === 'threads')
        continue;
      const before = field.value;
      field.value = value;
      if (field.value === '' || !field.checkValidity()) field.value = before;
    }
  }

  /** The settings, or undefined when one is not possible. */
  peek(problem: Problem): Settings | undefined {
    return this.#form.matches(':invalid') ? undefined : this.#settings(problem);
  }

  /** The settings, or undefined when one is not possible; the form then says which. */
  read(problem: Problem): Settings | undefined {
    return this.#form.reportValidity() ? this.#settings(problem) : undefined;
  }

  /** Calls a function when a setting is changed by hand. */
  changed(listener: () => void): void {
    this.#form.addEventListener('input', listener);
  }

  #settings(problem: Problem): Settings {
    const text = (name: string): string => this.field(name).value;
    const number = (name: string): number => Number(text(name));
    return {
      problem,
      network: oneOf(text('network'), ['plain', 'convolutional']),
      layers: number('layers'),
      width: number('width'),
      activation: oneOf(text('activation'), ['relu', 'tanh', 'sigmoid']),
      optimizer: oneOf(text('optimizer'), ['adam', 'sgd', 'momentum', 'rmsprop', 'adagrad']),
      learningRate: number('learningRate'),
      batchSize: number('batchSize'),
      epochs: number('epochs'),
      seed: number('seed'),
      threads: number('threads'),
    };
  }

  /** While a network trains only the learning rate can be changed. */
  lock(locked: boolean): void {
    for (const field of this.#form.elements) {
      if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) continue;
      const impossible = field.name === 'threads' && whyAlone() !== undefined;
      field.disabled = impossible || (locked && field.name !== 'learningRate');
    }
  }

  #fillThreads(): void {
    const reason = whyAlone();
    const most = reason === undefined ? Math.min(8, navigator.hardwareConcurrency) : 1;
    const threads = this.field('threads');
    for (let i = 1; i <= most; i++) threads.append(make('option', '', String(i)));
    threads.value = String(most);
    find(HTMLElement, '[data-part=threads-reason]', this.#form).textContent = reason ?? '';
    this.lock(false);
  }
}
