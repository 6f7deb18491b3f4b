import { context, find, make } from '../page.js';
import { colour } from '../colours.js';
import { onTheme } from '../theme.js';
import type { Filters as Weights, Request } from '../training/messages.js';

/** Milliseconds between two pictures while the network trains. */
const AGAIN = 400;
const COLUMNS = 8;
/** Pixels between two pictures. */
const GAP = 4;

/** The weights of the first layer as pictures, which change while the network trains. */
export class Filters {
  readonly #canvas = find(HTMLCanvasElement, '#filters');
  readonly #note = find(HTMLElement, '#filters-note');
  readonly #about: string;
  readonly #send: (request: Request) => void;
  #weights: Weights | undefined;
  #asked = -Infinity;

  constructor(send: (request: Request) => void) {
    this.#send = send;
    this.#about = this.#note.textContent;
    onTheme(() => this.#draw());
    this.#draw();
  }

  /** The network has learned something new. */
  changed(final: boolean): void {
    if (!final && performance.now() - this.#asked < AGAIN) return;
    this.#asked = performance.now();
    this.#send({ kind: 'filters' });
  }

  forget(): void {
    this.#weights = undefined;
    this.#note.textContent = this.#about;
    this.#canvas.ariaLabel = 'Weights of the first layer, not trained yet';
    this.#draw();
  }

  show(weights: Weights): void {
    this.#weights = weights;
    const { width, height, units, values } = weights;
    const shown = values.length / (width * height);
    const some = shown < units ? `The first ${shown} of ${units} units` : `All ${units} units`;
    this.#note.textContent = `${some}, ${height} × ${width} weights each: what makes a unit rise is orange, what holds it down blue.`;
    this.#canvas.ariaLabel = `Weights of the first layer: ${shown} pictures of ${height} by ${width}`;
    this.#draw();
  }

  #draw(): void {
    const sheet = context(this.#canvas);
    sheet.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.#canvas.classList.toggle('empty', !this.#weights);
    if (!this.#weights) return;
    const { values, width, height } = this.#weights;
    const size = width * height;
    const side = this.#canvas.width / COLUMNS;
    const small = make('canvas');
    [small.width, small.height] = [width, height];
    sheet.imageSmoothingEnabled = false;
    for (let i = 0; i < values.length / size; i++) {
      context(small).putImageData(imageOf(values.subarray(i * size, (i + 1) * size), width, height), 0, 0);
      const [x, y] = [(i % COLUMNS) * side, Math.floor(i / COLUMNS) * side];
      sheet.drawImage(small, x + GAP / 2, y + GAP / 2, side - GAP, side - GAP);
    }
  }
}

/** One unit's weights: each picture has the whole range of colours. */
function imageOf(values: Float32Array, width: number, height: number): ImageData {
  const [negative, positive, ground] = [colour('--first'), colour('--second'), colour('--page')];
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-12);
  const image = new ImageData(width, height);
  values.forEach((value, i) => {
    const hue = value > 0 ? positive : negative;
    const strength = Math.abs(value) / most;
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = ground[c]! + strength * (hue[c]! - ground[c]!);
    image.data[4 * i + 3] = 255;
  });
  return image;
}
