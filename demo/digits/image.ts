import { context } from '../page.js';
import type { Stroke } from '../strokes.js';
import { SIDE } from '../training/messages.js';

/** The digits of MNIST fill 20 pixels of 28, and their centre of mass is in the middle. */
const BOX = 20;
const PEN = 2.4;

function draw(strokes: readonly Stroke[], scale: number, dx: number, dy: number): Float32Array {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIDE;
  const pen = context(canvas, { willReadFrequently: true });
  pen.strokeStyle = '#fff';
  pen.lineWidth = PEN;
  pen.lineCap = pen.lineJoin = 'round';
  for (const stroke of strokes) {
    pen.beginPath();
    for (const [x, y] of stroke) pen.lineTo(x * scale + dx, y * scale + dy);
    const [x, y] = stroke[0] ?? [0, 0];
    if (stroke.length === 1) pen.lineTo(x * scale + dx + 0.01, y * scale + dy); // a dot
    pen.stroke();
  }
  const { data } = pen.getImageData(0, 0, SIDE, SIDE);
  return Float32Array.from({ length: SIDE * SIDE }, (_, i) => data[4 * i + 3]! / 255);
}

function centreOfMass(image: Float32Array): [x: number, y: number] {
  let [mass, x, y] = [0, 0, 0];
  image.forEach((value, i) => {
    mass += value;
    x += value * (i % SIDE);
    y += value * Math.floor(i / SIDE);
  });
  return [x / mass, y / mass];
}

/** What was drawn, in the size and place of MNIST's digits: [28 * 28] in [0, 1]. */
export function imageOf(strokes: readonly Stroke[]): Float32Array {
  const points = strokes.flat();
  const bound = (axis: 0 | 1): [number, number] => {
    const values = points.map((point) => point[axis]);
    return [Math.min(...values), Math.max(...values)];
  };
  const [[left, right], [top, bottom]] = [bound(0), bound(1)];
  // A dot or a short stroke is not blown up to a whole digit
  const scale = (BOX - PEN) / Math.max(right - left, bottom - top, 0.25);
  const dx = SIDE / 2 - (scale * (left + right)) / 2;
  const dy = SIDE / 2 - (scale * (top + bottom)) / 2;
  const [x, y] = centreOfMass(draw(strokes, scale, dx, dy));
  const middle = (SIDE - 1) / 2;
  return draw(strokes, scale, dx + middle - x, dy + middle - y);
}

/** Shows an image of the data, pixel by pixel, on a canvas of any size. */
export function showImage(canvas: HTMLCanvasElement, image: Float32Array): void {
  const pixels = new ImageData(SIDE, SIDE);
  image.forEach((value, i) => pixels.data.fill(255, 4 * i, 4 * i + 3).fill(255 * value, 4 * i + 3, 4 * i + 4));
  const small = document.createElement('canvas');
  small.width = small.height = SIDE;
  context(small).putImageData(pixels, 0, 0);
  const target = context(canvas);
  target.imageSmoothingEnabled = false;
  target.clearRect(0, 0, canvas.width, canvas.height);
  target.drawImage(small, 0, 0, canvas.width, canvas.height);
}
