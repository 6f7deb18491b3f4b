// A plain network trained in JavaScript, for comparison. It is written for speed, with the fastest product loop.
import { randomValues } from '../random.js';
import { blocked } from './matmul.js';

type HiddenActivation = 'relu' | 'tanh';

interface DenseLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly parameters: readonly Parameter[];
}

/** Weights or biases with their gradient and Adam's two averages. */
interface Parameter {
  readonly value: Float32Array;
  readonly gradient: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
}

function parameter(value: Float32Array): Parameter {
  const zeros = (): Float32Array => new Float32Array(value.length);
  return { value, gradient: zeros(), m: zeros(), v: zeros() };
}

/** Dense layers with one activation between them; softmax and cross-entropy at the end when trained; Adam. */
export class JavaScriptNetwork {
  readonly #layers: readonly DenseLayer[];
  readonly #hidden: HiddenActivation;
  readonly #rows: number;
  /** Output of every layer, the input first. */
  readonly #values: Float32Array[];
  readonly #deltas: readonly Float32Array[];
  readonly #learningRate: number;
  #steps = 0;

  constructor(sizes: readonly number[], rows: number, hidden: HiddenActivation, learningRate = 1e-3) {
    this.#learningRate = learningRate;
    this.#rows = rows;
    this.#hidden = hidden;
    this.#layers = sizes.slice(1).map((outputs, i) => {
      const inputs = sizes[i] ?? 0;
      const scale = Math.sqrt(3 / inputs);
      const weights = randomValues(inputs * outputs, i + 1).map((value) => value * scale);
      return { inputs, outputs, parameters: [parameter(weights), parameter(new Float32Array(outputs))] };
    });
    this.#values = sizes.map((size) => new Float32Array(rows * size));
    this.#deltas = sizes.map((size) => new Float32Array(rows * size));
  }

  /** The scores of the last layer, before any softmax. */
  predict(x: Float32Array): Float32Array {
    this.#values[0] = x;
    this.#layers.forEach(({ inputs, outputs, parameters }, l) => {
      const y = this.#values[l + 1]!;
      const bias = parameters[1]!.value;
      blocked(this.#values[l]!, parameters[0]!.value, y, { m: this.#rows, n: outputs, k: inputs });
      for (let i = 0; i < y.length; i += outputs) for (let j = 0; j < outputs; j++) y[i + j]! += bias[j]!;
      if (l === this.#layers.length - 1) return;
      if (this.#hidden === 'relu') for (let i = 0; i < y.length; i++) y[i] = Math.max(0, y[i]!);
      else for (let i = 0; i < y.length; i++) y[i] = Math.tanh(y[i]!);
    });
    return this.#values.at(-1)!;
  }

  /** One step of Adam on mean cross-entropy; `labels` are class numbers. Returns the loss. */
  step(x: Float32Array, labels: ArrayLike<number>): number {
    const loss = this.#softmaxCrossEntropy(this.predict(x), labels);
    for (let l = this.#layers.length - 1; l >= 0; l--) this.#backward(l);
    this.#steps++;
    for (const { parameters } of this.#layers) for (const each of parameters) this.#adam(each);
    return loss;
  }

  /** dz = (softmax(z) - onehot)/rows, into the last delta. */
  #softmaxCrossEntropy(z: Float32Array, labels: ArrayLike<number>): number {
    const dz = this.#deltas.at(-1)!;
    const classes = z.length / this.#rows;
    let loss = 0;
    for (let i = 0; i < this.#rows; i++) {
      const row = i * classes;
      let top = -Infinity;
      for (let j = 0; j < classes; j++) top = Math.max(top, z[row + j]!);
      let sum = 0;
      for (let j = 0; j < classes; j++) sum += dz[row + j] = Math.exp(z[row + j]! - top);
      for (let j = 0; j < classes; j++) dz[row + j]! /= sum * this.#rows;
      const hit = row + labels[i]!;
      dz[hit]! -= 1 / this.#rows;
      loss += Math.log(sum) + top - z[hit]!;
    }
    return loss / this.#rows;
  }

  /** Gradients of layer l, and the error signal of the layer below. */
  #backward(l: number): void {
    const { inputs, outputs, parameters } = this.#layers[l]!;
    const [dz, below] = [this.#deltas[l + 1]!, this.#values[l]!];
    const [kernel, bias] = [parameters[0]!, parameters[1]!];
    blocked(below, dz, kernel.gradient, { m: inputs, n: outputs, k: this.#rows, transposeA: true });
    bias.gradient.fill(0);
    for (let i = 0; i < dz.length; i += outputs) for (let j = 0; j < outputs; j++) bias.gradient[j]! += dz[i + j]!;
    if (l === 0) return;
    const dx = this.#deltas[l]!;
    blocked(dz, kernel.value, dx, { m: this.#rows, n: inputs, k: outputs, transposeB: true });
    if (this.#hidden === 'relu') for (let i = 0; i < dx.length; i++) dx[i] = below[i]! > 0 ? dx[i]! : 0;
    else for (let i = 0; i < dx.length; i++) dx[i]! *= 1 - below[i]! * below[i]!;
  }

  #adam({ value, gradient, m, v }: Parameter): void {
    const rate = this.#learningRate / (1 - 0.9 ** this.#steps);
    const correction = Math.sqrt(1 - 0.999 ** this.#steps);
    for (let i = 0; i < value.length; i++) {
      const g = gradient[i]!;
      const mean = (m[i] = 0.9 * m[i]! + 0.1 * g);
      const square = (v[i] = 0.999 * v[i]! + 0.001 * g * g);
      value[i]! -= (rate * mean) / (Math.sqrt(square) / correction + 1e-8);
    }
  }
}
