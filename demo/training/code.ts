import { hashOf } from '../../site/playground/share.js';
import { find } from '../page.js';
import type { Settings } from './messages.js';
import { snippetOf } from './snippet.js';

/** The settings as a program to copy. */
export class Code {
  readonly #code: HTMLElement;
  readonly #status: HTMLElement;

  constructor(section: HTMLElement) {
    this.#code = find(HTMLElement, '[data-part=code]', section);
    this.#status = find(HTMLElement, '[data-part=code-status]', section);
    find(HTMLButtonElement, '[data-code=copy]', section).addEventListener('click', () => void this.#copy());
    find(HTMLButtonElement, '[data-code=play]', section).addEventListener('click', () => void this.#play());
  }

  show(settings: Settings): void {
    const text = snippetOf(settings, new URL('.', location.href).href);
    if (this.#code.textContent === text) return;
    this.#code.textContent = text;
    this.#status.textContent = '';
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#code.textContent);
      this.#status.textContent = 'Copied.';
    } catch {
      getSelection()?.selectAllChildren(this.#code);
      this.#status.textContent = 'Selected: press Ctrl+C.';
    }
  }

  async #play(): Promise<void> {
    open(`../playground.html${await hashOf(this.#code.textContent)}`, '_blank', 'noopener');
  }
}
