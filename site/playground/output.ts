// The list of what a program printed: text, pictures, errors.
import type { Failure, Level } from './messages.js';

export class Output {
  readonly #list: Element;

  constructor(list: Element) {
    this.#list = list;
  }

  clear(): void {
    this.#list.replaceChildren();
  }

  print(level: Level, parts: readonly string[]): void {
    const line = this.#add(level);
    if (parts.some((part) => part.trimStart().startsWith('<svg'))) line.append(...parts.map(shown));
    else line.textContent = parts.join(' ');
  }

  /** The error, with a button that goes to its line. */
  fail({ message, line }: Failure, goTo: (line: number) => void): void {
    const item = this.#add('error');
    item.textContent = message;
    if (line === undefined) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = `Line ${line}`;
    button.addEventListener('click', () => goTo(line));
    item.prepend(button, ' ');
  }

  #add(level: Level): HTMLElement {
    const line = document.createElement('div');
    line.className = `line ${level}`;
    this.#list.append(line);
    line.scrollIntoView({ block: 'nearest' });
    return line;
  }
}

/** Text, or the picture that an SVG text is. As a file of its own it can run nothing in this page. */
function shown(part: string): Node | string {
  const svg = part.trim();
  if (!svg.startsWith('<svg')) return part;
  const { documentElement } = new DOMParser().parseFromString(svg, 'image/svg+xml');
  const image = new Image();
  image.alt =
    documentElement.getAttribute('aria-label') ?? documentElement.querySelector('title')?.textContent ?? 'Picture';
  image.width = Number(documentElement.getAttribute('width')) || 640;
  image.height = Number(documentElement.getAttribute('height')) || 380;
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  return image;
}
