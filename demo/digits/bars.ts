import { find, make, percent } from '../page.js';

/** A bar for each digit's probability. */
export class Bars {
  readonly #rows = Array.from({ length: 10 }, (_, digit) => {
    const row = make('li');
    const track = make('span', 'track');
    track.append(make('span'));
    row.append(make('span', '', String(digit)), track, make('span', '', '–'));
    return row;
  });

  constructor(list: HTMLElement) {
    list.append(...this.#rows);
  }

  /** Shows probabilities and returns the most probable digit; without any the bars are empty. */
  show(probabilities?: Float32Array): number {
    const top = probabilities ? probabilities.indexOf(Math.max(...probabilities)) : -1;
    this.#rows.forEach((row, digit) => {
      const share = probabilities?.[digit];
      row.className = digit === top ? 'top' : '';
      find(HTMLElement, '.track > span', row).style.transform = `scaleX(${share ?? 0})`;
      find(HTMLElement, ':scope > span:last-child', row).textContent =
        share === undefined ? '–' : percent(share).replace(/\.\d/, '');
    });
    return top;
  }
}
