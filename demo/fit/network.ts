// A small network that learns the points, a few steps for each picture.
import { dense, l2 } from 'wasmgrad/layers';
import { meanSquaredError } from 'wasmgrad/losses';
import { sequential, type Model, type Trainer } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';
import type { Points } from './polynomial.js';

/** Steps of a whole training. */
export const STEPS = 3000;
/** x is from -1 to 1: wider, tanh bends where it should. */
const STRETCH = 5;

export interface NetworkWish {
  readonly units: number;
  readonly decay: number;
  readonly seen: Points;
}

export class Network {
  readonly #model: Model;
  readonly #trainer: Trainer;
  readonly #x: Float32Array;
  readonly #y: Float32Array;

  constructor({ units, decay, seen }: NetworkWish) {
    const regularizer = decay > 0 ? { kernelRegularizer: l2(decay) } : {};
    const hidden = () => dense({ units, activation: 'tanh', ...regularizer });
    this.#model = sequential({ inputShape: [1], seed: 1 }, [hidden(), hidden(), dense({ units: 1, ...regularizer })]);
    const optimizer = adam({ learningRate: 0.01 });
    this.#trainer = this.#model.trainer({ loss: meanSquaredError(), optimizer, batchSize: seen.length });
    this.#x = Float32Array.from(seen, ([x]) => STRETCH * x);
    this.#y = Float32Array.from(seen, ([, y]) => y);
  }

  get steps(): number {
    return this.#trainer.steps;
  }

  get parameters(): number {
    return this.#model.parameterCount;
  }

  train(steps: number): void {
    for (let i = 0; i < steps && this.steps < STEPS; i++) this.#trainer.step(this.#x, this.#y);
  }

  valuesAt(xs: readonly number[]): Float32Array {
    const output = this.#model.predict(xs.map((x) => [STRETCH * x]));
    const values = output.data();
    output.dispose();
    return values;
  }

  /** Root of the mean squared error. */
  errorOn(points: Points): number {
    const values = this.valuesAt(points.map(([x]) => x));
    return Math.sqrt(points.reduce((sum, [, y], i) => sum + (values[i]! - y) ** 2, 0) / points.length);
  }

  dispose(): void {
    this.#trainer.dispose();
    this.#model.dispose();
  }
}
