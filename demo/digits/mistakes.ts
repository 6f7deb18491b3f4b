import { find, make, percent, whole } from '../page.js';
import { SIDE, type Judged, type Reply, type Request } from '../training/messages.js';
import { showImage } from './image.js';

const CLASSES = 10;
/** Images of one cell that are shown. */
const MOST = 20;

export interface MistakesOptions {
  readonly send: (request: Request) => void;
  /** Puts an image on the drawing area. */
  readonly show: (image: Float32Array) => void;
}

/** Which digits the network takes for which, as a table; a cell shows its images. */
export class Mistakes {
  readonly #options: MistakesOptions;
  readonly #table = find(HTMLElement, '#confusion');
  readonly #images = find(HTMLElement, '#mistakes');
  readonly #summary = find(HTMLElement, '#mistakes-summary');
  readonly #about: string;
  #judged: Judged | undefined;
  #asked: readonly number[] = [];
  #cell = '';

  constructor(options: MistakesOptions) {
    this.#options = options;
    this.#about = this.#summary.textContent;
    this.#draw(new Uint32Array(CLASSES * CLASSES));
  }

  forget(): void {
    this.#judged = undefined;
    this.#draw(new Uint32Array(CLASSES * CLASSES));
    this.#summary.textContent = this.#about;
  }

  hear(reply: Reply): void {
    if (reply.kind === 'judged') this.#show(reply);
    else if (reply.kind === 'images' && reply.indices.join() === this.#asked.join()) this.#showImages(reply.x);
  }

  #show(judged: Judged): void {
    this.#judged = judged;
    const { actual, predicted } = judged;
    const counts = new Uint32Array(CLASSES * CLASSES);
    actual.forEach((row, i) => counts[row * CLASSES + (predicted[i] ?? 0)]!++);
    const right = Array.from(actual).filter((label, i) => label === predicted[i]).length;
    const wrong = actual.length - right;
    this.#summary.textContent = `${whole(wrong)} of ${whole(actual.length)} test images are taken for another digit (${percent(wrong / actual.length)}). Press a number to see them.`;
    this.#draw(counts);
  }

  /** The table is there from the beginning, so that nothing moves when the numbers come. */
  #draw(counts: Uint32Array): void {
    const table = make('table');
    table.append(make('caption', '', 'Rows: what they are. Columns: what they are taken for.'));
    table.createTHead().append(headOf());
    const body = table.createTBody();
    for (let row = 0; row < CLASSES; row++)
      body.append(this.#rowOf(row, counts.subarray(row * CLASSES, (row + 1) * CLASSES)));
    this.#table.replaceChildren(table);
    this.#images.replaceChildren();
  }

  #rowOf(row: number, counts: Uint32Array): HTMLTableRowElement {
    const line = make('tr');
    const head = make('th', '', String(row));
    head.scope = 'row';
    line.append(head);
    const total = counts.reduce((sum, count) => sum + count, 0) || 1;
    counts.forEach((count, column) => {
      const cell = make('td', row === column ? 'right' : '');
      // Mistakes are few: their colour grows with the root of their share
      cell.style.setProperty(
        '--share',
        `${Math.round(row === column ? (60 * count) / total : 90 * Math.sqrt(count / total))}%`,
      );
      cell.append(count === 0 ? make('span', '', '·') : this.#buttonOf(row, column, count));
      line.append(cell);
    });
    return line;
  }

  #buttonOf(row: number, column: number, count: number): HTMLButtonElement {
    const button = make('button', '', String(count));
    button.type = 'button';
    const images = count === 1 ? '1 image' : `${count} images`;
    button.ariaLabel =
      row === column
        ? `${images} of a ${row}, taken for what they are`
        : `${images} of a ${row}, taken for a ${column}`;
    button.addEventListener('click', () => {
      const { actual = [], predicted = [] } = this.#judged ?? {};
      this.#asked = Array.from(actual.keys())
        .filter((i) => actual[i] === row && predicted[i] === column)
        .slice(0, MOST);
      this.#cell = row === column ? `a ${row}` : `a ${row} that is taken for a ${column}`;
      for (const other of this.#table.querySelectorAll('button')) other.ariaPressed = String(other === button);
      this.#options.send({ kind: 'images', indices: this.#asked });
    });
    return button;
  }

  #showImages(x: Float32Array<ArrayBuffer>): void {
    const size = SIDE * SIDE;
    const buttons = this.#asked.map((_, i) => {
      const image = x.slice(i * size, (i + 1) * size);
      const button = make('button');
      button.type = 'button';
      button.ariaLabel = `Image ${i + 1}: ${this.#cell}. Put it on the drawing area.`;
      const canvas = make('canvas');
      canvas.width = canvas.height = 2 * SIDE;
      showImage(canvas, image);
      button.append(canvas);
      button.addEventListener('click', () => this.#options.show(image));
      return button;
    });
    this.#images.replaceChildren(...buttons);
  }
}

function headOf(): HTMLTableRowElement {
  const line = make('tr');
  line.append(make('td'));
  for (let column = 0; column < CLASSES; column++) {
    const head = make('th', '', String(column));
    head.scope = 'col';
    line.append(head);
  }
  return line;
}
