import { Bars } from '../bars.js';
import { find, make, rounded } from '../page.js';
import type { Defaults } from '../training/form.js';
import { SIDE, type Loaded, type Reply, type Request } from '../training/messages.js';
import { TrainingPanel } from '../training/panel.js';
import { Filters } from './filters.js';
import { showImage } from './image.js';
import { Mistakes } from './mistakes.js';
import { Pad } from './pad.js';

/** The lecture's networks; what they have in common first. */
const COMMON = {
  layers: 1,
  activation: 'relu',
  optimizer: 'adam',
  learningRate: 0.001,
  batchSize: 64,
  epochs: 10,
  seed: 7,
} as const;
const PLAIN: Defaults = { ...COMMON, network: 'plain', width: 128 };
const CONVOLUTIONAL: Defaults = { ...COMMON, network: 'convolutional', width: 20 };
/** Milliseconds between two answers to the same drawing while the network trains. */
const AGAIN = 150;
/** Replies after which the network may know more. */
const LEARNED: ReadonlySet<Reply['kind']> = new Set(['progress', 'evaluated', 'stopped', 'opened']);

/** A button for each digit that puts one test image of it on the pad, each time another one. */
class Samples {
  readonly #buttons: readonly HTMLButtonElement[];
  readonly #pad: Pad;
  #loaded = false;

  /** The buttons are there at once, so that nothing moves when the images come. */
  constructor(list: HTMLElement, pad: Pad) {
    this.#pad = pad;
    this.#buttons = Array.from({ length: 10 }, (_, digit) => {
      const button = make('button');
      button.type = 'button';
      button.disabled = true;
      button.setAttribute('aria-label', `Test image of a ${digit}`);
      const canvas = make('canvas');
      canvas.width = canvas.height = 2 * SIDE;
      button.append(canvas);
      return button;
    });
    list.append(...this.#buttons);
  }

  load({ x, y }: Loaded): void {
    if (this.#loaded) return;
    this.#loaded = true;
    const size = SIDE * SIDE;
    this.#buttons.forEach((button, digit) => {
      const images = Array.from(y.keys())
        .filter((i) => y[i] === digit)
        .map((i) => x.subarray(i * size, (i + 1) * size));
      const canvas = find(HTMLCanvasElement, 'canvas', button);
      let next = 0;
      const preview = (): void => showImage(canvas, images[next % images.length]!);
      button.addEventListener('click', () => {
        this.#pad.show(images[next++ % images.length]!);
        preview();
      });
      button.disabled = false;
      preview();
    });
  }
}

/** Asks the network about the drawing and shows the answer. */
class Answers {
  readonly #bars = new Bars(
    find(HTMLElement, '#bars'),
    Array.from({ length: 10 }, (_, digit) => String(digit)),
  );
  /** Read out when it changes; how sure the network is changes too often for that. */
  readonly #answer = find(HTMLElement, '#answer > :first-child');
  readonly #sureness = find(HTMLElement, '#answer > :last-child');
  readonly #ask: (image: Float32Array) => void;
  #image: Float32Array | undefined;
  #trained = false;
  #asked = 0;

  constructor(ask: (image: Float32Array) => void) {
    this.#ask = ask;
  }

  drawn(image: Float32Array | undefined): void {
    this.#image = image;
    if (image && this.#trained) this.#ask(image);
    else this.#clear();
  }

  /** The network has learned something new. */
  trained(): void {
    const first = !this.#trained;
    this.#trained = true;
    if (!this.#image) {
      if (first) this.#clear();
      return;
    }
    if (performance.now() - this.#asked < AGAIN) return;
    this.#asked = performance.now();
    this.#ask(this.#image);
  }

  forgotten(): void {
    this.#trained = false;
    this.#clear();
  }

  show(probabilities: Float32Array): void {
    if (!this.#image) return;
    const digit = this.#bars.show(probabilities);
    this.#say(`This is a ${digit}`, `, at ${rounded(probabilities[digit]!)}.`);
  }

  #say(text: string, sureness = ''): void {
    if (this.#answer.textContent !== text) this.#answer.textContent = text;
    this.#sureness.textContent = sureness;
  }

  #clear(): void {
    this.#bars.show();
    this.#say(this.#trained ? 'Draw a digit.' : 'Press Start, then draw.');
  }
}

/** Handwritten digits: draw one while the network learns to read them. */
export function setUpDigits(): void {
  const section = find(HTMLElement, '#digits');
  const answers = new Answers((image) => panel.send({ kind: 'predict', image }));
  const pad = new Pad(find(HTMLCanvasElement, '#pad'), (image) => answers.drawn(image));
  const samples = new Samples(find(HTMLElement, '#samples'), pad);
  find(HTMLButtonElement, '#clear').addEventListener('click', () => pad.clear());
  const send = (request: Request): void => panel.send(request);
  const filters = new Filters(send);
  const mistakes = new Mistakes({ send, show: (image) => pad.show(image) });
  const panel = new TrainingPanel(section, {
    problem: 'digits',
    defaults: PLAIN,
    convolutions: true,
    held: 'test',
    about:
      'It learns from 12,000 of the 60,000 images of MNIST, to be quick to load, and is tested with 2,000 others. With all of them it reads 98 % right.',
    listen: (reply) => {
      if (reply.kind === 'loaded') samples.load(reply);
      else if (reply.kind === 'prediction') answers.show(reply.probabilities);
      else if (reply.kind === 'filters') filters.show(reply);
      else if (reply.kind === 'judged' || reply.kind === 'images') mistakes.hear(reply);
      else if (LEARNED.has(reply.kind)) {
        answers.trained();
        filters.changed(panel.isAtRest);
        if (reply.kind === 'stopped' || reply.kind === 'opened') send({ kind: 'judge' });
      }
    },
    forgotten: () => {
      answers.forgotten();
      filters.forget();
      mistakes.forget();
    },
    paused: () => send({ kind: 'judge' }),
  });
  const network = panel.form.field('network');
  network.addEventListener('change', () => {
    panel.form.set(network.value === 'plain' ? PLAIN : CONVOLUTIONAL);
    panel.settingsChanged();
  });
  panel.follow();
}
