// Feed-forward training in float64, written from the lecture's formulas alone.

export type Activation64 = 'linear' | 'sigmoid' | 'tanh' | 'relu';

export interface Layer64 {
  readonly inputs: number;
  readonly units: number;
  readonly activation: Activation64;
  readonly kernel: Float64Array;
  readonly bias: Float64Array;
}

/** `'bce'` of a sigmoid output, `'ce'` of softmax over linear outputs, `'halfMse'`: half the squares over rows. */
export type Loss64 = 'bce' | 'ce' | 'halfMse';

const activate: Record<Activation64, (z: number) => number> = {
  linear: (z) => z,
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  relu: (z) => Math.max(0, z),
};

/** Derivative from the value. */
const slope: Record<Activation64, (a: number) => number> = {
  linear: () => 1,
  sigmoid: (a) => a * (1 - a),
  tanh: (a) => 1 - a * a,
  relu: (a) => (a > 0 ? 1 : 0),
};

/** y = f(x W + b) for a batch. */
function forwardLayer(
  { inputs, units, activation, kernel, bias }: Layer64,
  x: Float64Array,
  rows: number,
): Float64Array {
  const y = new Float64Array(rows * units);
  for (let r = 0; r < rows; r++) {
    for (let u = 0; u < units; u++) {
      let z = bias[u]!;
      for (let i = 0; i < inputs; i++) z += x[r * inputs + i]! * kernel[i * units + u]!;
      y[r * units + u] = activate[activation](z);
    }
  }
  return y;
}

function softmaxRow(z: Float64Array): Float64Array {
  const top = Math.max(...z);
  const e = z.map((value) => Math.exp(value - top));
  const total = e.reduce((a, b) => a + b, 0);
  return e.map((value) => value / total);
}

/** Loss and its gradient by the output layer's z (bce, ce) or value (halfMse); y dense, in the output's shape. */
function lossOf(
  kind: Loss64,
  out: Float64Array,
  y: ArrayLike<number>,
  rows: number,
): { loss: number; delta: Float64Array } {
  const n = out.length;
  const width = n / rows;
  let loss = 0;
  const delta = new Float64Array(n);
  for (let r = 0; r < rows; r++) {
    const row = out.subarray(r * width, (r + 1) * width);
    const p = kind === 'ce' ? softmaxRow(row) : row;
    for (let u = 0; u < width; u++) {
      const i = r * width + u;
      const target = y[i]!;
      delta[i] = (p[u]! - target) / (kind === 'bce' ? n : rows);
      if (kind === 'bce') loss -= (target * Math.log(p[u]!) + (1 - target) * Math.log(1 - p[u]!)) / n;
      else if (kind === 'ce') loss -= (target * Math.log(p[u]!)) / rows;
      else loss += (p[u]! - target) ** 2 / (2 * rows);
    }
  }
  return { loss, delta };
}

/** One step of gradient descent, in place; returns the loss before it. The last layer of bce must be sigmoid. */
export function step64(
  layers: readonly Layer64[],
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  rows: number,
  rate: number,
  kind: Loss64,
): number {
  const values: Float64Array[] = [Float64Array.from(x)];
  for (const layer of layers) values.push(forwardLayer(layer, values.at(-1)!, rows));
  const { loss, delta } = lossOf(kind, values.at(-1)!, y, rows);
  let incoming: Float64Array = delta;
  for (let l = layers.length - 1; l >= 0; l--) {
    const { inputs, units, activation, kernel, bias } = layers[l]!;
    const [input, output] = [values[l]!, values[l + 1]!];
    const direct = l === layers.length - 1 && kind !== 'halfMse'; // delta is by z already
    const dz = direct ? incoming : incoming.map((d, i) => d * slope[activation](output[i]!));
    const dx = new Float64Array(rows * inputs);
    const dk = new Float64Array(inputs * units);
    const db = new Float64Array(units);
    for (let r = 0; r < rows; r++) {
      for (let u = 0; u < units; u++) {
        const d = dz[r * units + u]!;
        db[u]! += d;
        for (let i = 0; i < inputs; i++) {
          dk[i * units + u]! += input[r * inputs + i]! * d;
          dx[r * inputs + i]! += d * kernel[i * units + u]!;
        }
      }
    }
    dk.forEach((d, i) => (kernel[i]! -= rate * d));
    db.forEach((d, i) => (bias[i]! -= rate * d));
    incoming = dx;
  }
  return loss;
}

/** Repeatable numbers in [-1, 1). */
export function numbers(count: number, seed: number): Float64Array {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.fround(state / 2 ** 31 - 1);
  });
}
