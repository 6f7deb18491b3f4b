import { colour, css } from '../colours.js';
import { context } from '../page.js';
import type { Landscape, Point } from './landscapes.js';

/** Cells along each side of the picture of the loss. */
const CELLS = 256;
const BANDS = 14;

export interface Path {
  readonly points: readonly Point[];
  /** Name of its colour in the style sheet. */
  readonly colour: string;
}

/** A landscape in bands of equal loss, on a logarithmic scale, with the paths on it. */
export class Picture {
  readonly #canvas: HTMLCanvasElement;
  readonly #ground = document.createElement('canvas');
  #landscape: Landscape | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#ground.width = this.#ground.height = CELLS;
  }

  /** Another landscape, or other colours. */
  paint(landscape: Landscape): void {
    this.#landscape = landscape;
    const { left, bottom, side, at, least } = landscape;
    const [low, high] = [colour('--card'), colour('--high')];
    const values = new Float32Array(CELLS * CELLS);
    for (let i = 0; i < values.length; i++) {
      const x = left + (((i % CELLS) + 0.5) / CELLS) * side;
      const y = bottom + side - ((Math.floor(i / CELLS) + 0.5) / CELLS) * side;
      values[i] = Math.log1p(at(x, y) - least);
    }
    const most = values.reduce((largest, value) => Math.max(largest, value), 1e-6);
    const image = new ImageData(CELLS, CELLS);
    values.forEach((value, i) => {
      const band = Math.floor((value / most) * BANDS) / BANDS;
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = low[c]! + band * (high[c]! - low[c]!);
      image.data[4 * i + 3] = 255;
    });
    context(this.#ground).putImageData(image, 0, 0);
  }

  draw(start: Point, paths: readonly Path[]): void {
    const pen = context(this.#canvas);
    const { width } = this.#canvas;
    pen.imageSmoothingEnabled = true;
    pen.drawImage(this.#ground, 0, 0, width, width);
    pen.lineJoin = pen.lineCap = 'round';
    for (const path of paths) this.#line(pen, path);
    pen.strokeStyle = css(colour('--ink'));
    pen.lineWidth = 2.5;
    pen.beginPath();
    pen.arc(...this.#place(start), 8, 0, 2 * Math.PI);
    pen.stroke();
  }

  #line(pen: CanvasRenderingContext2D, path: Path): void {
    const ink = css(colour(path.colour));
    pen.strokeStyle = pen.fillStyle = ink;
    pen.lineWidth = 2.5;
    pen.beginPath();
    for (const point of path.points) pen.lineTo(...this.#place(point));
    pen.stroke();
    const last = path.points.at(-1);
    if (!last || path.points.length < 2) return;
    pen.beginPath();
    pen.arc(...this.#place(last), 6, 0, 2 * Math.PI);
    pen.fill();
    pen.strokeStyle = css(colour('--card'));
    pen.lineWidth = 1.5;
    pen.stroke();
  }

  /** Where a point lies on the canvas. */
  #place([x, y]: Point): [number, number] {
    const { left = 0, bottom = 0, side = 1 } = this.#landscape ?? {};
    const { width } = this.#canvas;
    return [((x - left) / side) * width, (1 - (y - bottom) / side) * width];
  }
}
