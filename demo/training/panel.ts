import { fill, find, percent, whole } from '../page.js';
import { Chart } from './chart.js';
import { Client } from './client.js';
import { Code } from './code.js';
import { SettingsForm, type Defaults } from './form.js';
import { Keep } from './keep.js';
import { sharedIn } from './link.js';
import type { Problem, Progress, Reply, Request, Settings } from './messages.js';

export interface PanelOptions {
  readonly problem: Problem;
  readonly defaults: Defaults;
  /** Whether the network may be convolutional. */
  readonly convolutions: boolean;
  /** What the network is judged by, for the charts. */
  readonly held: string;
  /** A sentence about the data. */
  readonly about: string;
  /** Replies that are not about the training as such. */
  readonly listen: (reply: Reply) => void;
  /** The network is forgotten; a new one comes with the next start. */
  readonly forgotten: () => void;
  /** The training was paused. */
  readonly paused?: () => void;
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
  readonly #keep: Keep;
  readonly #code: Code;
  #problem: Problem;
  #client: Client;
  #state: State = 'idle';
  #epochs = 1;
  #stepsPerEpoch = 1;
  /** The settings of the network that is there. */
  #trained: Settings | undefined;
  #watchable = true;
  #last: { progress?: Progress; accuracy?: number; network?: string } = {};

  constructor(section: HTMLElement, options: PanelOptions) {
    this.#options = options;
    this.#section = section;
    this.#problem = options.problem;
    fill(find(HTMLElement, '[data-part=toolbar]', section), 'toolbar');
    fill(find(HTMLElement, '[data-part=training]', section), 'training');
    fill(find(HTMLElement, '[data-part=keep]', section), 'keep');
    this.#status = find(HTMLElement, '[data-part=status]', section);
    this.#numbers = find(HTMLElement, '[data-part=numbers]', section);
    this.#progress = find(HTMLProgressElement, '[data-part=progress]', section);
    const button = (name: string): HTMLButtonElement => find(HTMLButtonElement, `[data-action=${name}]`, section);
    this.#buttons = { start: button('start'), stop: button('stop'), reset: button('reset') };
    const names = options.held === 'training' ? ['training'] : ['training', options.held];
    const figure = (name: string): HTMLElement => find(HTMLElement, `[data-part=${name}]`, section);
    this.#loss = new Chart(figure('loss'), { title: 'Loss', names, log: true });
    this.#accuracy = new Chart(figure('accuracy'), { title: 'Accuracy (%)', names: [options.held], top: 100 });
    find(HTMLElement, '[data-part=about]', section).textContent = options.about;
    this.form = new SettingsForm(find(HTMLFormElement, 'form', section), options.defaults, options.convolutions);
    this.#keep = new Keep(section, {
      tab: section.id,
      send: (request) => this.send(request),
      settings: () => this.form.peek(this.#problem),
      trained: () => this.#trained,
    });
    this.#code = new Code(section);
    this.#client = this.#connect();
    this.#listenToButtons();
    this.settingsChanged();
  }

  /** Takes the settings of the link that opened the page, if it was one to this tab. */
  follow(): void {
    const shared = sharedIn(location.hash, this.#section.id);
    if (!shared) return;
    this.form.take(shared.values);
    this.settingsChanged();
    const settings = this.form.peek(this.#problem);
    if (shared.weights !== undefined && settings) this.#keep.promise(shared.weights, settings);
  }

  /** Settings were set by script. */
  settingsChanged(): void {
    const settings = this.form.peek(this.#problem);
    if (settings) this.#code.show(settings);
  }

  /** Whether short trainings take their time, to be watched. */
  set watchable(watchable: boolean) {
    this.#watchable = watchable;
    this.send({ kind: 'pace', watchable });
  }

  /** Whether there is a network that does not change now. */
  get isAtRest(): boolean {
    return this.#state === 'paused' || this.#state === 'over';
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
    this.settingsChanged();
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
    this.form.changed(() => this.settingsChanged());
  }

  #startOrPause(): void {
    if (this.#state === 'running' || this.#state === 'paused') {
      const pausing = this.#state === 'running';
      this.send({ kind: pausing ? 'pause' : 'resume' });
      this.#enter(pausing ? 'paused' : 'running');
      this.#say();
      if (pausing) this.#options.paused?.();
      return;
    }
    const settings = this.form.read(this.#problem);
    if (!settings) return;
    this.#forget();
    this.#epochs = settings.epochs;
    for (const chart of [this.#loss, this.#accuracy]) chart.reset(settings.epochs);
    this.#enter('running');
    this.#status.textContent = 'Starting …';
    this.#trained = settings;
    this.#client.start(settings);
    this.send({ kind: 'pace', watchable: this.#watchable });
  }

  #forget(): void {
    this.#last = {};
    this.#trained = undefined;
    for (const chart of [this.#loss, this.#accuracy]) chart.reset(this.#epochs);
    this.#progress.value = 0;
    this.#numbers.textContent = '\u00a0';
    this.#enter('idle');
    this.#keep.forget();
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
    this.#keep.allow({ save: state !== 'idle', open: !busy });
  }

  #hear(reply: Reply): void {
    switch (reply.kind) {
      case 'loaded':
        if (this.#state === 'idle') this.#status.textContent = 'Ready.';
        break;
      case 'started':
        this.#stepsPerEpoch = reply.stepsPerEpoch;
        this.#last.network = `${whole(reply.parameters)} weights, ${reply.threads} thread${reply.threads === 1 ? '' : 's'}`;
        break;
      case 'progress':
        this.#last.progress = reply;
        for (const [epoch, loss] of reply.curve) this.#loss.add(0, epoch, loss);
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
      case 'opened':
        this.#forget();
        this.#enter('over');
        this.#section.dataset['accuracy'] = String(reply.accuracy);
        this.#status.textContent = `Opened: accuracy ${percent(reply.accuracy)}. Start again trains a new network.`;
        break;
      case 'field':
      case 'prediction':
      case 'judged':
      case 'filters':
      case 'images':
      case 'saved':
      case 'refused':
        break;
    }
    this.#keep.hear(reply);
    this.#options.listen(reply);
  }

  #say(state = this.#state === 'paused' ? 'Paused' : 'Training'): void {
    const { progress, accuracy = NaN, network = '' } = this.#last;
    if (!progress) return;
    const { epoch, curve, samplesPerSecond, paced } = progress;
    const loss = curve.at(-1)?.[1] ?? progress.loss;
    this.#progress.value = epoch / this.#epochs;
    this.#section.dataset['accuracy'] = String(accuracy);
    const over = this.#state === 'over' && Number.isInteger(epoch);
    const shown = over || this.#stepsPerEpoch < 10 ? String(Math.floor(epoch)) : epoch.toFixed(1);
    this.#status.textContent = `${state}: epoch ${shown} of ${this.#epochs}, accuracy ${percent(accuracy)}`;
    const speed = paced ? 'slowed down to watch' : `${whole(samplesPerSecond)} samples a second`;
    this.#numbers.textContent = `Loss ${loss.toPrecision(3)} · ${speed} · ${network}`;
  }
}
