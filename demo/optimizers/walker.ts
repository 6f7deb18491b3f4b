import { grad, tensor, tidy } from 'wasmgrad';
import { adam, rmsprop, sgd, type Optimizer } from 'wasmgrad/optimizers';
import type { Landscape, Point, Rates } from './landscapes.js';

export interface Rule {
  readonly name: string;
  readonly rate: keyof Rates;
  readonly make: (learningRate: number) => Optimizer;
}

export const RULES: readonly Rule[] = [
  { name: 'SGD', rate: 'sgd', make: (learningRate) => sgd({ learningRate }) },
  { name: 'SGD, momentum 0.9', rate: 'momentum', make: (learningRate) => sgd({ learningRate, momentum: 0.9 }) },
  { name: 'RMSProp', rate: 'rmsprop', make: (learningRate) => rmsprop({ learningRate }) },
  { name: 'Adam', rate: 'adam', make: (learningRate) => adam({ learningRate }) },
];

/** Farther away than so many sides of the picture a walk is lost. */
const FAR = 100;
/** A walk that is so near to the smallest loss has arrived. */
const NEAR = 1e-6;

/** One rule on its way down. */
export class Walker {
  readonly #landscape: Landscape;
  readonly #theta;
  readonly #state;
  readonly #gradient;
  /** The points passed, the start included. */
  readonly path: Point[];
  /** Why it goes no farther. */
  end: 'arrived' | 'lost' | undefined;

  constructor(landscape: Landscape, rule: Rule, learningRate: number, start: Point) {
    this.#landscape = landscape;
    this.#theta = tensor([...start]);
    this.#state = rule.make(learningRate).create([this.#theta]);
    this.#gradient = grad(landscape.loss);
    this.path = [start];
  }

  get at(): Point {
    return this.path.at(-1) ?? [NaN, NaN];
  }

  get loss(): number {
    return this.#landscape.at(...this.at);
  }

  step(): void {
    if (this.end) return;
    this.#state.prepare(this.path.length - 1);
    tidy(() => this.#state.update([this.#gradient(this.#theta)]));
    const [x = NaN, y = NaN] = this.#theta.data();
    const { side, least } = this.#landscape;
    const far = FAR * side;
    if (!(Math.abs(x) < far && Math.abs(y) < far)) this.end = 'lost';
    else {
      this.path.push([x, y]);
      if (this.loss - least < NEAR) this.end = 'arrived';
    }
  }

  dispose(): void {
    this.#state.dispose();
    this.#theta.dispose();
  }
}
