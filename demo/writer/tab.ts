// A network that writes: it learns a text letter by letter, in a worker, and goes on by itself.
import { rhyme } from '../../examples/support/rhyme.js';
import { fill, find, make, whole } from '../page.js';
import { Chart } from '../training/chart.js';
import { WINDOW, type Reply, type Request, type Style, type WriterSettings } from './messages.js';

/** A shorter text has nothing to learn. */
const SHORTEST = 200;

class WriterTab {
  readonly #section = find(HTMLElement, '#writer');
  readonly #form = find(HTMLFormElement, '#writer-form');
  readonly #text = find(HTMLTextAreaElement, '#writer-text');
  readonly #prompt = find(HTMLInputElement, '#prompt');
  readonly #temperature = find(HTMLInputElement, '#temperature');
  readonly #written = find(HTMLElement, '#written');
  readonly #numbers = find(HTMLElement, '#writer-numbers');
  readonly #again = find(HTMLButtonElement, '#write');
  readonly #start: HTMLButtonElement;
  readonly #stop: HTMLButtonElement;
  readonly #status: HTMLElement;
  readonly #progress: HTMLProgressElement;
  readonly #chart: Chart;
  #worker: Worker | undefined;
  #steps = 1;
  #network = '';
  #frequencies = NaN;

  constructor() {
    fill(find(HTMLElement, '[data-part=toolbar]', this.#section), 'toolbar');
    const button = (name: string): HTMLButtonElement => find(HTMLButtonElement, `[data-action=${name}]`, this.#section);
    [this.#start, this.#stop] = [button('start'), button('stop')];
    button('reset').remove();
    this.#status = find(HTMLElement, '[data-part=status]', this.#section);
    this.#progress = find(HTMLProgressElement, '[data-part=progress]', this.#section);
    const names = ['network', 'frequency of letters alone'];
    this.#chart = new Chart(find(HTMLElement, '#writer-bits'), { title: 'Bits a character', names, over: 'step' });
    this.#text.value = rhyme;
    this.#status.textContent = 'Ready.';
    this.#start.addEventListener('click', () => this.#train());
    this.#stop.addEventListener('click', () => this.#send({ kind: 'stop' }));
    this.#again.addEventListener('click', () => this.#send({ kind: 'write', style: this.#style }));
    this.#form.addEventListener('submit', (event) => event.preventDefault());
    for (const field of [this.#prompt, this.#temperature]) field.addEventListener('input', () => this.#restyle());
  }

  get #style(): Style {
    return { prompt: this.#prompt.value, temperature: Number(this.#temperature.value) };
  }

  #restyle(): void {
    find(HTMLOutputElement, '#temperature-value').textContent = this.#temperature.value;
    this.#send({ kind: 'style', style: this.#style });
  }

  #settings(): WriterSettings | undefined {
    const text = this.#text.value;
    if (Array.from(text).length < SHORTEST) {
      this.#fail(`The text is too short: it needs at least ${SHORTEST} characters.`);
      return undefined;
    }
    if (!this.#form.reportValidity()) return undefined;
    const values = new FormData(this.#form);
    const number = (name: string): number => Number(values.get(name));
    const cell = values.get('cell') === 'lstm' ? 'lstm' : 'gru';
    return { text, cell, units: number('units'), steps: number('steps'), seed: number('seed') };
  }

  #send(request: Request): void {
    this.#worker?.postMessage(request);
  }

  #train(): void {
    const settings = this.#settings();
    if (!settings) return;
    this.#worker?.terminate();
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => this.#hear(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#enter(false);
      this.#fail(event.message || 'The worker could not be started.');
    });
    this.#worker = worker;
    this.#steps = settings.steps;
    this.#chart.reset(settings.steps);
    this.#written.textContent = '';
    this.#enter(true);
    this.#say('Starting …');
    this.#send({ kind: 'train', settings, style: this.#style });
  }

  #enter(busy: boolean): void {
    this.#start.disabled = busy;
    this.#stop.disabled = !busy;
    this.#again.disabled = busy || !this.#worker;
    this.#start.textContent = this.#worker && !busy ? 'Start again' : 'Start';
    this.#status.setAttribute('aria-live', busy ? 'off' : 'polite');
    for (const field of this.#form.elements) field.toggleAttribute('disabled', busy);
    this.#text.disabled = busy;
  }

  #say(text: string): void {
    this.#status.textContent = text;
    this.#status.classList.remove('failed');
  }

  #fail(message: string): void {
    this.#status.textContent = message;
    this.#status.classList.add('failed');
  }

  #hear(reply: Reply): void {
    switch (reply.kind) {
      case 'started':
        this.#network = `${whole(reply.parameters)} weights, ${reply.letters} different characters`;
        this.#frequencies = reply.frequencies;
        break;
      case 'progress':
        this.#progress.value = reply.step / this.#steps;
        this.#chart.add(0, reply.step, reply.bits);
        this.#chart.add(1, reply.step, this.#frequencies);
        this.#say(
          `Training: step ${whole(reply.step)} of ${whole(this.#steps)}, ${reply.bits.toFixed(2)} bits a character`,
        );
        this.#numbers.textContent = `${whole(reply.charactersPerSecond)} characters a second · pieces of ${WINDOW} · ${this.#network}`;
        break;
      case 'written':
        this.#written.replaceChildren(make('strong', '', reply.prompt), reply.text);
        break;
      case 'stopped':
        this.#enter(false);
        this.#progress.value = reply.step / this.#steps;
        this.#say(
          `${reply.step < this.#steps ? 'Stopped' : 'Done'} after ${whole(reply.step)} steps. It goes on from what you write, if you like.`,
        );
        break;
      case 'failed':
        this.#enter(false);
        this.#fail(reply.message);
        break;
    }
  }
}

export function setUpWriter(): void {
  new WriterTab();
}
