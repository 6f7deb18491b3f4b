import { Bars } from '../bars.js';
import { fill, find, percent, rounded, whole } from '../page.js';
import { Chart } from '../training/chart.js';
import { acceptDrops, Classes, readPictures } from './classes.js';
import { Client } from './client.js';
import { EPOCHS, type Reply } from './messages.js';
import { Questions } from './questions.js';
import { Takeaway } from './takeaway.js';
import { View } from './view.js';

type State = 'loading' | 'none' | 'ready' | 'training';

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** A network that knows photographs learns the visitor's pictures. */
class PicturesTab {
  readonly #section = find(HTMLElement, '#pictures');
  readonly #client = new Client((reply) => this.#hear(reply));
  readonly #view: View;
  readonly #classes: Classes;
  readonly #questions: Questions;
  readonly #takeaway: Takeaway;
  readonly #bars = new Bars(find(HTMLElement, '#picture-bars'), []);
  readonly #start: HTMLButtonElement;
  readonly #stop: HTMLButtonElement;
  readonly #status: HTMLElement;
  readonly #progress: HTMLProgressElement;
  readonly #loss: Chart;
  readonly #accuracy: Chart;
  #state: State = 'loading';
  /** Whether the network has arrived. */
  #loaded = false;
  /** Names of the classes that were learned; they may have been renamed since. */
  #learned: readonly string[] = [];
  #last = '';

  constructor() {
    const section = this.#section;
    fill(find(HTMLElement, '[data-part=toolbar]', section), 'toolbar');
    const button = (name: string): HTMLButtonElement => find(HTMLButtonElement, `[data-action=${name}]`, section);
    [this.#start, this.#stop] = [button('start'), button('stop')];
    this.#stop.textContent = 'Cancel';
    button('reset').remove();
    this.#status = find(HTMLElement, '[data-part=status]', section);
    this.#progress = find(HTMLProgressElement, '[data-part=progress]', section);
    const figure = (name: string): HTMLElement => find(HTMLElement, `[data-part=${name}]`, section);
    const names = ['your pictures'];
    const hint = 'Appears when you press Train.';
    this.#loss = new Chart(figure('loss'), { title: 'Loss', names, hint });
    this.#accuracy = new Chart(figure('accuracy'), { title: 'Accuracy (%)', names, top: 100, hint });
    const failed = (message: string): void => this.#say(message, true);
    this.#view = new View(section, () => this.#changed(), failed);
    const pixels = () => this.#view.pixels();
    this.#questions = new Questions(pixels, (of) => this.#client.send({ kind: 'predict', pixels: of }));
    this.#takeaway = new Takeaway(section, { client: this.#client, pixels, names: () => this.#learned });
    this.#classes = new Classes(section, {
      current: () => find(HTMLCanvasElement, '#picture', section),
      added: (id, of) => this.#loaded && this.#client.send({ kind: 'add', id, pixels: of }),
      removed: (id) => this.#loaded && this.#client.send({ kind: 'remove', id }),
      failed,
    });
    this.#listen(failed);
  }

  #listen(failed: (message: string) => void): void {
    this.#start.addEventListener('click', () => (this.#state === 'none' ? this.load() : this.#train()));
    this.#stop.addEventListener('click', () => this.#client.send({ kind: 'abort' }));
    const show = (files: Iterable<File>): void =>
      void readPictures([...files].slice(0, 1), (picture) => this.#view.show(picture), failed);
    const file = find(HTMLInputElement, '#picture-file', this.#section);
    file.addEventListener('change', () => {
      show(file.files ?? []);
      file.value = '';
    });
    acceptDrops(find(HTMLElement, '#picture', this.#section), show);
  }

  /** Loads the network. */
  load(): void {
    this.#enter('loading');
    this.#say('Loading the network …');
    const address = new URL('mobilenet/model.json', location.href).href;
    this.#client.send({ kind: 'load', address });
  }

  #train(): void {
    const { samples, names } = this.#classes;
    const missing = names.filter((_, label) => !samples.some((sample) => sample.label === label));
    if (missing.length > 0) {
      this.#say(`Add pictures to ${missing.join(', ')} first.`, true);
      return;
    }
    this.#learned = names;
    this.#bars.name(names);
    for (const chart of [this.#loss, this.#accuracy]) chart.reset(EPOCHS);
    this.#enter('training');
    this.#say('Looking at the pictures …');
    this.#client.send({ kind: 'train', samples, classes: names.length });
  }

  #enter(state: State): void {
    const busy = state === 'loading' || state === 'training';
    this.#state = state;
    this.#start.textContent = state === 'none' ? 'Load' : 'Train';
    this.#start.disabled = busy;
    this.#stop.disabled = !busy;
    this.#progress.value = 0;
    this.#classes.lock(state === 'training');
    this.#takeaway.allow(state === 'ready' && this.#learned.length > 0);
    // What changes many times a second is not to be read out each time
    this.#status.setAttribute('aria-live', busy ? 'off' : 'polite');
  }

  #say(text: string, isFailure = false): void {
    this.#status.textContent = text;
    this.#status.classList.toggle('failed', isFailure);
  }

  #changed(): void {
    if (this.#learned.length > 0) this.#questions.changed();
  }

  #hear(reply: Reply): void {
    switch (reply.kind) {
      case 'loading':
        this.#progress.value = reply.loaded / (reply.total ?? Infinity);
        this.#say(`Loading the network: ${megabytes(reply.loaded)} of ${megabytes(reply.total ?? NaN)} MB`);
        break;
      case 'loaded':
        this.#loaded = true;
        this.#enter('ready');
        this.#say(`Ready. The network has ${whole(reply.parameters)} weights.`);
        this.#classes.each((id, pixels) => this.#client.send({ kind: 'add', id, pixels }));
        break;
      case 'epoch':
        this.#showEpoch(reply);
        break;
      case 'trained':
        this.#enter('ready');
        this.#say(`Done: ${this.#last}. Now draw something else.`);
        this.#changed();
        break;
      case 'aborted':
        this.#enter(this.#loaded ? 'ready' : 'none');
        this.#say(this.#loaded ? 'Stopped.' : 'Loading was cancelled.');
        break;
      case 'prediction':
        this.#answer(reply.probabilities);
        this.#questions.answered();
        break;
      case 'failed':
        this.#enter(this.#loaded ? 'ready' : 'none');
        this.#say(reply.message, true);
        this.#questions.answered();
        break;
      case 'saved':
      case 'exported':
        break;
    }
  }

  #showEpoch({ epoch, loss, accuracy }: Extract<Reply, { kind: 'epoch' }>): void {
    this.#loss.add(0, epoch, loss);
    this.#accuracy.add(0, epoch, 100 * accuracy);
    this.#progress.value = epoch / EPOCHS;
    this.#last = `loss ${loss.toPrecision(2)}, ${percent(accuracy)} of your pictures right`;
    this.#say(`Training, epoch ${epoch} of ${EPOCHS}: ${this.#last}`);
    this.#changed();
  }

  #answer(probabilities: Float32Array): void {
    const top = this.#bars.show(probabilities);
    const text = `This is ${this.#learned[top] ?? ''}`;
    const [answer, sureness] = ['first', 'last'].map((which) =>
      find(HTMLElement, `#picture-answer > :${which}-child`, this.#section),
    );
    if (answer && answer.textContent !== text) answer.textContent = text;
    if (sureness) sureness.textContent = `, at ${rounded(probabilities[top] ?? NaN)}.`;
  }
}

/** Pictures that are drawn, dropped or taken: a network learns to tell them apart. */
export function setUpPictures(): void {
  new PicturesTab().load();
}
