import { find, make, rounded } from './page.js';

/** A bar for the probability of each class. */
export class Bars {
  readonly #list: HTMLElement;
  #rows: readonly HTMLElement[] = [];

  constructor(list: HTMLElement, names: readonly string[]) {
    this.#list = list;
    this.name(names);
  }

  /** Begins anew, with these classes. */
  name(names: readonly string[]): void {
    this.#rows = names.map((name) => {
      const row = make('li');
      const track = make('span', 'track');
      track.append(make('span'));
      row.append(make('span', 'label', name), track, make('span', '', '–'));
      return row;
    });
    this.#list.replaceChildren(...this.#rows);
  }

  /** Shows probabilities and returns the most probable class; without any the bars are empty. */
  show(probabilities?: Float32Array): number {
    const top = probabilities ? probabilities.indexOf(Math.max(...probabilities)) : -1;
    this.#rows.forEach((row, i) => {
      const share = probabilities?.[i];
      row.className = i === top ? 'top' : '';
      find(HTMLElement, '.track > span', row).style.transform = `scaleX(${share ?? 0})`;
      find(HTMLElement, ':scope > span:last-child', row).textContent = share === undefined ? '–' : rounded(share);
    });
    return top;
  }
}
