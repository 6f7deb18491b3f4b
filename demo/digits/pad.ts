import { context } from '../page.js';
import { imageOf, showImage, type Stroke } from './image.js';

const PEN = 0.075;

/** The drawing area, for mouse, pen and finger. */
export class Pad {
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D;
  readonly #changed: (image: Float32Array | undefined) => void;
  #strokes: Stroke[] = [];
  #drawing: number | undefined;

  constructor(canvas: HTMLCanvasElement, changed: (image: Float32Array | undefined) => void) {
    this.#canvas = canvas;
    this.#pen = context(canvas);
    this.#changed = changed;
    canvas.addEventListener('pointerdown', (event) => this.#begin(event));
    canvas.addEventListener('pointermove', (event) => this.#move(event));
    for (const type of ['pointerup', 'pointercancel'] as const) {
      canvas.addEventListener(type, () => (this.#drawing = undefined));
    }
  }

  clear(): void {
    this.#strokes = [];
    this.#pen.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.#changed(undefined);
  }

  /** Shows an image in place of what was drawn. */
  show(image: Float32Array): void {
    this.#strokes = [];
    showImage(this.#canvas, image);
    this.#changed(image);
  }

  #begin(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.#canvas.setPointerCapture(event.pointerId);
    this.#drawing = event.pointerId;
    if (this.#strokes.length === 0) this.#pen.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.#strokes.push([]);
    this.#extend([event]);
  }

  #move(event: PointerEvent): void {
    if (event.pointerId !== this.#drawing) return;
    const all = event.getCoalescedEvents();
    this.#extend(all.length > 0 ? all : [event]);
  }

  #extend(events: readonly PointerEvent[]): void {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    const stroke = this.#strokes.at(-1) ?? [];
    for (const { clientX, clientY } of events) stroke.push([(clientX - left) / width, (clientY - top) / height]);
    this.#ink(stroke.slice(-events.length - 1));
    this.#changed(imageOf(this.#strokes));
  }

  #ink(points: Stroke): void {
    const { width, height } = this.#canvas;
    this.#pen.lineWidth = PEN * width;
    this.#pen.lineCap = this.#pen.lineJoin = 'round';
    this.#pen.strokeStyle = '#fff';
    this.#pen.beginPath();
    for (const [x, y] of points) this.#pen.lineTo(x * width, y * height);
    const last = points.at(-1);
    if (points.length === 1 && last) this.#pen.lineTo(last[0] * width + 0.1, last[1] * height);
    this.#pen.stroke();
  }
}
