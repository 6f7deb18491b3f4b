import { download, find, percent } from '../page.js';
import type { Client } from './client.js';
import type { Pixels } from './messages.js';
import { runOnnx } from './onnxRuntime.js';

/** Where the classes lie most apart. */
function largestDifference(a: Float32Array, b: Float32Array): number {
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] ?? NaN))));
}

export interface TakeawayOptions {
  readonly client: Client;
  readonly pixels: () => Pixels;
  /** Names of the classes. */
  readonly names: () => readonly string[];
}

/** What can be done with a network that has learned: save it, export it, run it elsewhere. */
export class Takeaway {
  readonly #options: TakeawayOptions;
  readonly #buttons: readonly HTMLButtonElement[];
  readonly #output: HTMLElement;

  constructor(section: HTMLElement, options: TakeawayOptions) {
    this.#options = options;
    this.#output = find(HTMLElement, '#takeaway-status', section);
    const actions = { save: () => this.#save(), export: () => this.#export(), run: () => this.#run() };
    this.#buttons = Object.entries(actions).map(([name, action]) => {
      const button = find(HTMLButtonElement, `[data-takeaway=${name}]`, section);
      button.addEventListener('click', () => {
        this.#output.classList.remove('failed');
        action().catch((error: unknown) => {
          this.#output.textContent = error instanceof Error ? error.message : String(error);
          this.#output.classList.add('failed');
        });
      });
      return button;
    });
    this.allow(false);
  }

  allow(allowed: boolean): void {
    for (const button of this.#buttons) button.disabled = !allowed;
    if (!allowed) this.#output.textContent = 'Train the network first.';
    else if (!this.#output.classList.contains('failed')) this.#output.textContent = '';
  }

  async #save(): Promise<void> {
    const { bytes } = await this.#options.client.ask({ kind: 'save' });
    download(bytes, 'your-pictures.safetensors');
  }

  async #export(): Promise<void> {
    const { bytes } = await this.#options.client.ask({ kind: 'export', pixels: this.#options.pixels() });
    download(bytes, 'your-pictures.onnx');
  }

  async #run(): Promise<void> {
    this.#output.textContent = 'Loading ONNX Runtime Web …';
    const pixels = this.#options.pixels();
    const names = this.#options.names();
    const { bytes, probabilities } = await this.#options.client.ask({ kind: 'export', pixels });
    const theirs = await runOnnx(bytes, pixels);
    const answer = (of: Float32Array): string => {
      const top = of.indexOf(Math.max(...of));
      return `${names[top] ?? ''} at ${percent(of[top] ?? NaN)}`;
    };
    const difference = largestDifference(probabilities, theirs);
    this.#output.textContent = `wasmgrad says ${answer(probabilities)}, ONNX Runtime Web ${answer(theirs)}. Largest difference: ${difference.toExponential(1)}.`;
  }
}
