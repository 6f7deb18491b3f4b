import { context, find } from '../page.js';
import { Strokes } from '../strokes.js';
import { SIDE, type Pixels } from './messages.js';

const PEN = 0.05;

/** Draws the middle of a picture, as large as it goes, on a square canvas. */
export function drawSquare(canvas: HTMLCanvasElement, picture: CanvasImageSource, width: number, height: number): void {
  const side = Math.min(width, height);
  const { width: size } = canvas;
  context(canvas).drawImage(picture, (width - side) / 2, (height - side) / 2, side, side, 0, 0, size, size);
}

/** What the network looks at: a drawing, a picture from a file, or the camera's picture as it is now. */
export class View {
  readonly #canvas: HTMLCanvasElement;
  readonly #paper: CanvasRenderingContext2D;
  readonly #strokes: Strokes;
  readonly #button: HTMLButtonElement;
  readonly #video = document.createElement('video');
  readonly #changed: () => void;
  readonly #failed: (message: string) => void;

  constructor(section: HTMLElement, changed: () => void, failed: (message: string) => void) {
    this.#canvas = find(HTMLCanvasElement, '#picture', section);
    this.#paper = context(this.#canvas, { willReadFrequently: true });
    this.#button = find(HTMLButtonElement, '#camera', section);
    this.#changed = changed;
    this.#failed = failed;
    this.#strokes = new Strokes(this.#canvas, { pen: PEN, colour: '#111', first: () => this.#begin(), drawn: changed });
    find(HTMLButtonElement, '#picture-clear', section).addEventListener('click', () => this.clear());
    this.#button.addEventListener('click', () => void this.#switchCamera());
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#wipe();
  }

  pixels(): Pixels {
    return new Uint8ClampedArray(this.#paper.getImageData(0, 0, SIDE, SIDE).data);
  }

  /** An empty sheet. */
  clear(): void {
    this.#begin();
    this.#empty(true);
    this.#strokes.forget();
    this.#changed();
  }

  /** Shows a picture in place of what is there. */
  show(picture: ImageBitmap): void {
    this.#begin();
    this.#strokes.forget();
    drawSquare(this.#canvas, picture, picture.width, picture.height);
    this.#changed();
  }

  #wipe(): void {
    this.#paper.fillStyle = '#fff';
    this.#paper.fillRect(0, 0, SIDE, SIDE);
  }

  #begin(): void {
    this.#cameraOff();
    this.#wipe();
    this.#empty(false);
  }

  /** Whether the hint on the sheet is seen. */
  #empty(empty: boolean): void {
    this.#canvas.parentElement?.toggleAttribute('data-empty', empty);
  }

  async #switchCamera(): Promise<void> {
    if (this.#cameraOff()) return;
    try {
      const video = { facingMode: 'environment', width: { ideal: 480 } };
      this.#video.srcObject = await navigator.mediaDevices.getUserMedia({ video });
      await this.#video.play();
    } catch (error) {
      this.#cameraOff();
      this.#failed(`The camera cannot be used: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    this.#strokes.forget();
    this.#empty(false);
    this.#button.textContent = 'Camera off';
    this.#follow();
  }

  #follow(): void {
    if (!this.#video.srcObject) return;
    if (this.#canvas.offsetParent === null) {
      this.#cameraOff(); // another tab of the page is open
      return;
    }
    const { videoWidth, videoHeight } = this.#video;
    if (videoWidth > 0) {
      drawSquare(this.#canvas, this.#video, videoWidth, videoHeight);
      this.#changed();
    }
    requestAnimationFrame(() => this.#follow());
  }

  /** Whether it was on. */
  #cameraOff(): boolean {
    const stream = this.#video.srcObject;
    if (!(stream instanceof MediaStream)) return false;
    for (const track of stream.getTracks()) track.stop();
    this.#video.srcObject = null;
    this.#button.textContent = 'Camera on';
    return true;
  }
}
