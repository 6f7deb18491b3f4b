import { context } from '../page.js';
import { Strokes } from '../strokes.js';
import { imageOf, showImage } from './image.js';

const PEN = 0.075;

/** The drawing area for a digit. */
export class Pad {
  readonly #canvas: HTMLCanvasElement;
  readonly #strokes: Strokes;
  readonly #changed: (image: Float32Array | undefined) => void;

  constructor(canvas: HTMLCanvasElement, changed: (image: Float32Array | undefined) => void) {
    this.#canvas = canvas;
    this.#changed = changed;
    const drawn = (strokes: Parameters<typeof imageOf>[0]): void => changed(imageOf(strokes));
    this.#strokes = new Strokes(canvas, { pen: PEN, colour: '#fff', first: () => this.#begin(), drawn });
  }

  clear(): void {
    this.#strokes.forget();
    this.#wipe();
    this.#empty(true);
    this.#changed(undefined);
  }

  /** Shows an image in place of what was drawn. */
  show(image: Float32Array): void {
    this.#strokes.forget();
    this.#empty(false);
    showImage(this.#canvas, image);
    this.#changed(image);
  }

  #begin(): void {
    this.#wipe();
    this.#empty(false);
  }

  /** Whether the hint on it is seen. */
  #empty(empty: boolean): void {
    this.#canvas.parentElement?.toggleAttribute('data-empty', empty);
  }

  #wipe(): void {
    context(this.#canvas).clearRect(0, 0, this.#canvas.width, this.#canvas.height);
  }
}
