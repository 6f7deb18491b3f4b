import { context } from './page.js';

/** One stroke: its points in the coordinates of the canvas, from 0 to 1. */
export type Stroke = [x: number, y: number][];

export interface StrokeOptions {
  /** Width of the pen as a share of the canvas. */
  readonly pen: number;
  readonly colour: string;
  /** Called before the first stroke of a drawing. */
  readonly first: () => void;
  /** Called when something was drawn. */
  readonly drawn: (strokes: readonly Stroke[]) => void;
}

/** Draws on a canvas with mouse, pen and finger. */
export class Strokes {
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D;
  readonly #options: StrokeOptions;
  #strokes: Stroke[] = [];
  #drawing: number | undefined;

  constructor(canvas: HTMLCanvasElement, options: StrokeOptions) {
    this.#canvas = canvas;
    this.#pen = context(canvas);
    this.#options = options;
    canvas.addEventListener('pointerdown', (event) => this.#begin(event));
    canvas.addEventListener('pointermove', (event) => this.#move(event));
    for (const type of ['pointerup', 'pointercancel'] as const) {
      canvas.addEventListener(type, () => (this.#drawing = undefined));
    }
  }

  /** The next stroke is the first one of a drawing. What is on the canvas stays. */
  forget(): void {
    this.#strokes = [];
  }

  #begin(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.#canvas.setPointerCapture(event.pointerId);
    this.#drawing = event.pointerId;
    if (this.#strokes.length === 0) this.#options.first();
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
    this.#options.drawn(this.#strokes);
  }

  #ink(points: Stroke): void {
    const { width, height } = this.#canvas;
    this.#pen.lineWidth = this.#options.pen * width;
    this.#pen.lineCap = this.#pen.lineJoin = 'round';
    this.#pen.strokeStyle = this.#options.colour;
    this.#pen.beginPath();
    for (const [x, y] of points) this.#pen.lineTo(x * width, y * height);
    const last = points.at(-1);
    if (points.length === 1 && last) this.#pen.lineTo(last[0] * width + 0.1, last[1] * height);
    this.#pen.stroke();
  }
}
