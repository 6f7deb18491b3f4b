import { context, fill, find, make } from '../page.js';
import { SIDE, type Pixels, type Sample } from './messages.js';
import { drawSquare } from './view.js';

const [FEWEST, MOST] = [2, 5];

interface Picture {
  readonly id: number;
  readonly canvas: HTMLCanvasElement;
  readonly element: HTMLElement;
}

interface Class {
  readonly element: HTMLElement;
  readonly name: HTMLInputElement;
  readonly pictures: Picture[];
}

export interface ClassesOptions {
  /** A copy of what the network looks at. */
  readonly current: () => HTMLCanvasElement;
  readonly added: (id: number, pixels: Pixels) => unknown;
  readonly removed: (id: number) => unknown;
  readonly failed: (message: string) => void;
}

const pixelsOf = (canvas: HTMLCanvasElement): Pixels =>
  new Uint8ClampedArray(context(canvas, { willReadFrequently: true }).getImageData(0, 0, SIDE, SIDE).data);

/** A canvas of the network's size. */
function sheet(): HTMLCanvasElement {
  const canvas = make('canvas');
  canvas.width = canvas.height = SIDE;
  return canvas;
}

/** Calls a function with every file that can be read as a picture, and another for the others. */
export async function readPictures(
  files: Iterable<File>,
  read: (picture: ImageBitmap) => void,
  failed: (message: string) => void,
): Promise<void> {
  for (const file of files) {
    try {
      read(await createImageBitmap(file));
    } catch {
      failed(`${file.name} is not a picture that this browser can read.`);
    }
  }
}

/** Files may be dropped on an element. */
export function acceptDrops(element: HTMLElement, dropped: (files: Iterable<File>) => void): void {
  const mark = (over: boolean): boolean => element.classList.toggle('over', over);
  element.addEventListener('dragover', (event) => {
    event.preventDefault();
    mark(true);
  });
  element.addEventListener('dragleave', () => mark(false));
  element.addEventListener('drop', (event) => {
    event.preventDefault();
    mark(false);
    dropped(event.dataTransfer?.files ?? []);
  });
}

/** The classes with their pictures. */
export class Classes {
  readonly #options: ClassesOptions;
  readonly #list: HTMLElement;
  readonly #more: HTMLButtonElement;
  readonly #classes: Class[] = [];
  #ids = 0;
  #made = 0;

  constructor(section: HTMLElement, options: ClassesOptions) {
    this.#options = options;
    this.#list = find(HTMLElement, '#classes', section);
    this.#more = find(HTMLButtonElement, '#more-classes', section);
    this.#more.addEventListener('click', () => this.#add().name.select());
    for (let i = 0; i < FEWEST; i++) this.#add();
  }

  get names(): string[] {
    return this.#classes.map(({ name }) => name.value.trim() || name.placeholder);
  }

  /** Every picture with the number of its class. */
  get samples(): Sample[] {
    return this.#classes.flatMap(({ pictures }, label) => pictures.map(({ id }) => ({ id, label })));
  }

  /** Calls a function with every picture. */
  each(visit: (id: number, pixels: Pixels) => void): void {
    for (const { id, canvas } of this.#classes.flatMap(({ pictures }) => pictures)) visit(id, pixelsOf(canvas));
  }

  /** While the network learns, the classes stay as they are. */
  lock(locked: boolean): void {
    this.#list.inert = locked;
    this.#more.disabled = locked || this.#classes.length >= MOST;
  }

  #add(): Class {
    const element = make('li', 'class');
    fill(element, 'class');
    const name = find(HTMLInputElement, '[name=name]', element);
    name.placeholder = name.value = `Class ${String.fromCharCode(65 + (this.#made++ % 26))}`;
    const own: Class = { element, name, pictures: [] };
    this.#classes.push(own);
    this.#list.append(element);
    this.#listen(own);
    this.#changed();
    return own;
  }

  #listen(own: Class): void {
    const { element, name } = own;
    name.addEventListener('input', () => this.#changed());
    const put = (picture: CanvasImageSource, width: number, height: number): void => {
      const canvas = sheet();
      drawSquare(canvas, picture, width, height);
      this.#put(own, canvas);
    };
    find(HTMLButtonElement, '[data-action=add]', element).addEventListener('click', () =>
      put(this.#options.current(), SIDE, SIDE),
    );
    const take = (files: Iterable<File>): Promise<void> =>
      readPictures(files, (picture) => put(picture, picture.width, picture.height), this.#options.failed);
    const files = find(HTMLInputElement, '[type=file]', element);
    files.addEventListener('change', () => {
      void take([...(files.files ?? [])]).finally(() => (files.value = ''));
    });
    acceptDrops(element, (dropped) => void take([...dropped]));
    find(HTMLButtonElement, '[data-action=remove]', element).addEventListener('click', () => this.#drop(own));
  }

  #put(own: Class, canvas: HTMLCanvasElement): void {
    const button = make('button', 'picture');
    button.type = 'button';
    button.append(canvas);
    const picture: Picture = { id: this.#ids++, canvas, element: button };
    button.addEventListener('click', () => {
      const next = button.nextElementSibling ?? button.previousElementSibling;
      own.pictures.splice(own.pictures.indexOf(picture), 1);
      button.remove();
      this.#options.removed(picture.id);
      this.#changed();
      (next instanceof HTMLElement ? next : own.name).focus();
    });
    own.pictures.push(picture);
    find(HTMLElement, '[data-part=pictures]', own.element).append(button);
    this.#changed();
    this.#options.added(picture.id, pixelsOf(canvas));
  }

  #drop(own: Class): void {
    this.#classes.splice(this.#classes.indexOf(own), 1);
    own.element.remove();
    for (const { id } of own.pictures) this.#options.removed(id);
    this.#changed();
    this.#more.focus();
  }

  /** Names are in the labels of everything that belongs to a class. */
  #changed(): void {
    const { names } = this;
    this.#classes.forEach(({ element, pictures }, i) => {
      const name = names[i] ?? '';
      const label = (selector: string, text: string): void =>
        find(HTMLElement, selector, element).setAttribute('aria-label', text);
      element.setAttribute('aria-label', name);
      label('[data-action=add]', `Add picture to ${name}`);
      label('[type=file]', `Files for ${name}`);
      label('[data-action=remove]', `Remove class ${name}`);
      find(HTMLButtonElement, '[data-action=remove]', element).disabled = this.#classes.length <= FEWEST;
      find(HTMLElement, '[data-part=count]', element).textContent =
        pictures.length === 1 ? '1 picture' : `${pictures.length} pictures`;
      pictures.forEach((picture, k) =>
        picture.element.setAttribute('aria-label', `Remove picture ${k + 1} of ${name}`),
      );
    });
    this.#more.disabled = this.#classes.length >= MOST;
  }
}
