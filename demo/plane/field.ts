import { colour, css, type Colour } from '../colours.js';
import { context } from '../page.js';
import { EXTENT, FIELD } from '../training/messages.js';

/** The plane: the network's answer as a colour, and the points it learns from. */
export class Field {
  readonly #canvas: HTMLCanvasElement;
  readonly #small = document.createElement('canvas');
  #values: Float32Array | undefined;
  #points: { readonly x: Float32Array; readonly y: Uint8Array } | undefined;
  #drawing = false;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#small.width = this.#small.height = FIELD;
  }

  setPoints(x: Float32Array, y: Uint8Array): void {
    this.#points = { x, y };
    this.redraw();
  }

  /** Probabilities of the second class; undefined when there is no network. */
  setValues(values: Float32Array | undefined): void {
    this.#values = values;
    this.redraw();
  }

  redraw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#drawing = false;
    const plane = context(this.#canvas);
    const { width, height } = this.#canvas;
    const [first, second, ground] = [colour('--first'), colour('--second'), colour('--card')];
    plane.fillStyle = css(ground);
    plane.fillRect(0, 0, width, height);
    if (this.#values) {
      this.#paint(this.#values, first, second, ground);
      plane.drawImage(this.#small, 0, 0, width, height);
    }
    const { x = [], y = [] } = this.#points ?? {};
    const radius = y.length > 10 ? width / 110 : width / 45;
    y.forEach((label, i) => {
      plane.beginPath();
      plane.arc(
        ((x[2 * i]! + EXTENT) / (2 * EXTENT)) * width,
        ((EXTENT - x[2 * i + 1]!) / (2 * EXTENT)) * height,
        radius,
        0,
        2 * Math.PI,
      );
      plane.fillStyle = css(label === 1 ? second : first);
      plane.fill();
      plane.lineWidth = radius / 3;
      plane.strokeStyle = css(ground);
      plane.stroke();
    });
  }

  /** The surer the network, the stronger the colour; at the boundary there is none. */
  #paint(values: Float32Array, first: Colour, second: Colour, ground: Colour): void {
    const image = new ImageData(FIELD, FIELD);
    values.forEach((p, i) => {
      const strength = 0.65 * Math.abs(2 * p - 1) + (p > 0.5 ? 0.06 : 0.02);
      const hue = p > 0.5 ? second : first;
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = ground[c]! + strength * (hue[c]! - ground[c]!);
      image.data[4 * i + 3] = 255;
    });
    context(this.#small).putImageData(image, 0, 0);
  }
}
