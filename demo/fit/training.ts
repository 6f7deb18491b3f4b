import { find } from '../page.js';
import { Chart } from '../training/chart.js';
import { Network, STEPS, type NetworkWish } from './network.js';
import type { Points } from './polynomial.js';

/** Steps between two pictures. */
const STRIDE = 30;

export interface Picture {
  readonly points: Points;
  readonly text: string;
}

/** A network on its way from too stiff to too free: its errors on seen and unseen points, live. */
export class Training {
  readonly #chart = new Chart(find(HTMLElement, '#fit-training'), {
    title: 'Error',
    names: ['seen', 'unseen'],
    log: true,
    over: 'step',
    hint: 'Appears when the network trains.',
  });
  readonly #show: (picture: Picture, over: boolean) => void;
  readonly #xs: readonly number[];
  #network: Network | undefined;
  #best = { error: Infinity, step: 0 };

  constructor(xs: readonly number[], show: (picture: Picture, over: boolean) => void) {
    [this.#xs, this.#show] = [xs, show];
  }

  start(wish: NetworkWish, unseen: Points): void {
    this.stop();
    this.#chart.reset(STEPS);
    this.#best = { error: Infinity, step: 0 };
    const network = new Network(wish);
    this.#network = network;
    const frame = (): void => {
      if (this.#network !== network) return; // another training has begun
      network.train(STRIDE);
      this.#report(network, wish.seen, unseen);
      if (network.steps < STEPS) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  stop(): void {
    this.#network?.dispose();
    this.#network = undefined;
  }

  /** The curve as it is, in other colours. */
  redraw(): void {
    if (this.#network) this.#show(this.#pictureOf(this.#network, ''), false);
  }

  #report(network: Network, seen: Points, unseen: Points): void {
    const [here, there] = [network.errorOn(seen), network.errorOn(unseen)];
    this.#chart.add(0, network.steps, here);
    this.#chart.add(1, network.steps, there);
    if (there < this.#best.error) this.#best = { error: there, step: network.steps };
    const { error, step } = this.#best;
    const errors = `Error ${here.toFixed(2)} on the ${seen.length} seen points, ${there.toFixed(2)} on ${unseen.length} unseen ones`;
    const over = network.steps >= STEPS;
    const verdict =
      there > 1.1 * error
        ? `: it over-fits. Early stopping after ${step} steps would have kept ${error.toFixed(2)}.`
        : `: ${network.parameters} weights, no over-fitting to speak of.`;
    this.#show(
      this.#pictureOf(network, over ? errors + verdict : `Step ${network.steps} of ${STEPS}. ${errors}.`),
      over,
    );
  }

  #pictureOf(network: Network, text: string): Picture {
    const values = network.valuesAt(this.#xs);
    return { points: this.#xs.map((x, i) => [x, values[i] ?? NaN]), text };
  }
}
