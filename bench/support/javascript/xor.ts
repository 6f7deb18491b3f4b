const X = [0, 0, 0, 1, 1, 0, 1, 1];
const Y = [0, 1, 1, 0];

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** One full-batch step of gradient descent of a 2-2-1 network of sigmoids on XOR, by hand; returns the loss. */
export function xorStep(w: Float64Array, rate: number): number {
  const d = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  let loss = 0;
  for (let i = 0; i < 4; i++) {
    const [x1, x2, y] = [X[2 * i]!, X[2 * i + 1]!, Y[i]!];
    const h1 = sigmoid(w[0]! * x1 + w[1]! * x2 + w[2]!);
    const h2 = sigmoid(w[3]! * x1 + w[4]! * x2 + w[5]!);
    const p = sigmoid(w[6]! * h1 + w[7]! * h2 + w[8]!);
    loss -= y === 1 ? Math.log(p) : Math.log(1 - p);
    const dz = (p - y) / 4;
    const d1 = dz * w[6]! * h1 * (1 - h1);
    const d2 = dz * w[7]! * h2 * (1 - h2);
    d[0]! += d1 * x1;
    d[1]! += d1 * x2;
    d[2]! += d1;
    d[3]! += d2 * x1;
    d[4]! += d2 * x2;
    d[5]! += d2;
    d[6]! += dz * h1;
    d[7]! += dz * h2;
    d[8]! += dz;
  }
  for (let i = 0; i < 9; i++) w[i]! -= rate * d[i]!;
  return loss / 4;
}
