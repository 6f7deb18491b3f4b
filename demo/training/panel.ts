import { fill, find, percent, whole } from '../page.js';
import { Chart } from './chart.js';
import { Client } from './client.js';
import { SettingsForm, type Defaults } from './form.js';
import type { Problem, Progress, Reply, Request } from './messages.js';

export interface PanelOptions {
  readonly problem: Problem;
  readonly defaults: Defaults;
  /** Whether the network may be convolutional. */
  readonly convolutions: boolean;
  /** What the network is judged by, for the charts. */
  readonly held: string;
  /** Replies that are not about the training as such. */
  readonly listen: (reply: Reply) => void;
  /** The network is forgotten; a new one comes with the next start. */
  readonly forgotten: () => void;
}

type State = 'idle' | 'running' | 'paused' | 'over';

const LABELS: Readonly<Record<State, string>> = {
  idle: 'Start',
  running: 'Pause',
  paused: 'Resume',
  over: 'Start again',
};

/** Buttons, settings and curves of a training. */
export class TrainingPanel {
  readonly form: SettingsForm;
  readonly #options: PanelOptions;
  readonly #section: HTMLElement;
  readonly #status: HTMLElement;
  readonly #numbers: HTMLElement;
  readonly #progress: HTMLProgressElement;
  readonly #buttons: Readonly<Record<'start' | 'stop' | 'reset', HTMLButtonElement>>;
  readonly #loss: Chart;
  readonly #accuracy: Chart;
  #problem: Problem;
  #client: Client;
  #state: State = 'idle';
  #epochs = 1;
  #last: { progress?: Progress; accuracy?: number; network?: string } = {};

  constructor(section: HTMLElement, options: PanelOptions) {
    this.#options = options;
    this.#section = section;
    this.#problem = options.problem;
    fill(find(HTMLElement, '[data-part=toolbar]', section), 'toolbar');
    fill(find(HTMLElement, '[data-part=training]', section), 'training');
    this.#status = find(HTMLElement, '[data-part=status]', section);
    this.#numbers = find(HTMLElement, '[data-part=numbers]', section);
    this.#progress = find(HTMLProgressElement, '[data-part=progress]', section);
    const button = (name: string): HTMLButtonElement => find(HTMLButtonElement, `[data-action=${name}]`, section);
    this.#buttons = { start: button('start'), stop: button('stop'), reset: button('reset') };
    const names = options.held === 'training' ? ['training'] : ['training', options.held];
    const figure = (name: string): HTMLElement => find(HTMLElement, `[data-part=${name}]`, section);
    this.#loss = new Chart(figure('loss'), { title: 'Loss', names });
    this.#accuracy = new Chart(figure('accuracy'), { title: 'Accuracy (%)', names: [options.held], top: 100 });
    this.form = new SettingsForm(find(HTMLFormElement, 'form', section), options.defaults, options.convolutions);
    this.#client = this.#connect();
    this.#listenToButtons();
  }

  send(request: Request): void {
    this.#client.send(request);
  }

  /** Another problem, with the settings that suit it. */
  change(problem: Problem, defaults: Defaults): void {
    this.#problem = problem;
    this.#client.dispose();
    this.#client = this.#connect();
    this.form.set(defaults);
    this.#forget();
  }

  #connect(): Client {
    this.#status.textContent = 'Loading …';
    return new Client(this.#problem, (reply) => this.#hear(reply));
  }

  #listenToButtons(): void {
    this.#buttons.start.addEventListener('click', () => this.#startOrPause());
    this.#buttons.stop.addEventListener('click', () => this.send({ kind: 'stop' }));
    this.#buttons.reset.addEventListener('click', () => {
      this.#client.reset();
      this.#forget();
      this.#status.textContent = 'Loading …';
      this.#buttons.start.focus();
    });
    this.form.field('learningRate').addEventListener('change', ({ target }) => {
      if (target instanceof HTMLSelectElement) this.send({ kind: 'learningRate', value: Number(target.value) });
    });
  }

  #startOrPause(): void {
    if (this.#state === 'running' || this.#state === 'paused') {
      const pausing = this.#state === 'running';
      this.send({ kind: pausing ? 'pause' : 'resume' });
      this.#enter(pausing ? 'paused' : 'running');
      this.#say();
      return;
    }
    const settings = this.form.read(this.#problem);
    if (!settings) return;
    this.#forget();
    this.#epochs = settings.epochs;
    for (const chart of [this.#loss, this.#accuracy]) chart.reset(settings.epochs);
    this.#enter('running');
    this.#status.textContent = 'Starting …';
    this.#client.start(settings);
  }

  #forget(): void {
    this.#last = {};
    for (const chart of [this.#loss, this.#accuracy]) chart.reset(this.#epochs);
    this.#progress.value = 0;
    this.#numbers.textContent = '\u00a0';
    this.#enter('idle');
    this.#options.forgotten();
  }

  #enter(state: State): void {
    this.#state = state;
    this.#section.dataset['state'] = state;
    const { start, stop, reset } = this.#buttons;
    const busy = state === 'running' || state === 'paused';
    start.textContent = LABELS[state];
    stop.disabled = !busy;
    reset.disabled = state === 'idle';
    this.#status.classList.remove('failed');
    // What changes many times a second is not to be read out each time
    this.#status.setAttribute('aria-live', busy ? 'off' : 'polite');
    this.form.lock(busy);
  }

  #hear(reply: Reply): void {
    switch (reply.kind) {
      case 'loaded':
        if (this.#state === 'idle') this.#status.textContent = 'Ready.';
        break;
      case 'started':
        this.#last.network = `${whole(reply.parameters)} weights, ${reply.threads} thread${reply.threads === 1 ? '' : 's'}`;
        break;
      case 'progress':
        this.#last.progress = reply;
        this.#loss.add(0, reply.epoch, reply.loss);
        this.#say();
        break;
      case 'evaluated':
        this.#last.accuracy = reply.accuracy;
        this.#accuracy.add(0, reply.epoch, 100 * reply.accuracy);
        this.#loss.add(1, reply.epoch, reply.loss);
        break;
      case 'stopped':
        this.#enter('over');
        this.#say(reply.how === 'completed' ? 'Done' : 'Stopped');
        break;
      case 'failed':
        this.#enter('over');
        this.#status.textContent = reply.message;
        this.#status.classList.add('failed');
        break;
      case 'field':
      case 'prediction':
        break;
    }
    this.#options.listen(reply);
  }

  #say(state = this.#state === 'paused' ? 'Paused' : 'Training'): void {
    const { progress, accuracy = NaN, network = '' } = this.#last;
    if (!progress) return;
    const { epoch, loss, samplesPerSecond } = progress;
    this.#progress.value = epoch / this.#epochs;
    this.#section.dataset['accuracy'] = String(accuracy);
    this.#status.textContent = `${state}: epoch ${epoch.toFixed(1)} of ${this.#epochs}, accuracy ${percent(accuracy)}`;
    this.#numbers.textContent = `Loss ${loss.toPrecision(3)} · ${whole(samplesPerSecond)} samples a second · ${network}`;
  }
}
