// The same work without WebAssembly, as fast as plain code gets: sixteen sums in local variables, so that every value
// read serves four products.

/** C = A B: A [m, k], B [k, n], C [m, n]. */
export function multiply(a, b, c, m, n, k) {
  const [rows, columns] = [m - (m % 4), n - (n % 4)];
  for (let i = 0; i < rows; i += 4) for (let j = 0; j < columns; j += 4) tile(a, b, c, n, k, i, j);
  for (let i = 0; i < m; i++) {
    for (let j = i < rows ? columns : 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += a[i * k + p] * b[p * n + j];
      c[i * n + j] = sum;
    }
  }
}

function tile(a, b, c, n, k, i, j) {
  let [c00, c01, c02, c03, c10, c11, c12, c13] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [c20, c21, c22, c23, c30, c31, c32, c33] = [0, 0, 0, 0, 0, 0, 0, 0];
  const a0 = i * k;
  for (let p = 0, q = j; p < k; p++, q += n) {
    const [b0, b1, b2, b3] = [b[q], b[q + 1], b[q + 2], b[q + 3]];
    let v = a[a0 + p];
    c00 += v * b0;
    c01 += v * b1;
    c02 += v * b2;
    c03 += v * b3;
    v = a[a0 + k + p];
    c10 += v * b0;
    c11 += v * b1;
    c12 += v * b2;
    c13 += v * b3;
    v = a[a0 + 2 * k + p];
    c20 += v * b0;
    c21 += v * b1;
    c22 += v * b2;
    c23 += v * b3;
    v = a[a0 + 3 * k + p];
    c30 += v * b0;
    c31 += v * b1;
    c32 += v * b2;
    c33 += v * b3;
  }
  c.set([c00, c01, c02, c03], i * n + j);
  c.set([c10, c11, c12, c13], i * n + n + j);
  c.set([c20, c21, c22, c23], i * n + 2 * n + j);
  c.set([c30, c31, c32, c33], i * n + 3 * n + j);
}

/** y = the transpose of x [rows, columns]. */
function transpose(x, rows, columns, y) {
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) y[j * rows + i] = x[i * columns + j];
  return y;
}

/** Rows of z, plus the bias, become softmax - onehot; returns the mean cross-entropy. */
function crossEntropyGradient(z, bias, labels) {
  const classes = bias.length;
  let loss = 0;
  labels.forEach((label, i) => {
    const row = z.subarray(i * classes, (i + 1) * classes);
    for (let j = 0; j < classes; j++) row[j] += bias[j];
    const top = Math.max(...row);
    let sum = 0;
    for (let j = 0; j < classes; j++) sum += row[j] = Math.exp(row[j] - top);
    for (let j = 0; j < classes; j++) row[j] /= sum * labels.length;
    loss -= Math.log(row[label] * labels.length);
    row[label] -= 1 / labels.length;
  });
  return loss / labels.length;
}

function descend(theta, gradient, rate) {
  for (let i = 0; i < theta.length; i++) theta[i] -= rate * gradient[i];
}

function descendBias(bias, dz, rate) {
  const width = bias.length;
  for (let i = 0; i < dz.length; i += width) for (let j = 0; j < width; j++) bias[j] -= rate * dz[i + j];
}

/** Gradient descent of a network inputs-hidden(ReLU)-classes(softmax) on cross-entropy; a step returns the loss. */
export function plainTrainer([w1, b1, w2, b2], rows, inputs, rate) {
  const [hidden, classes] = [b1.length, b2.length];
  const like = (size) => new Float32Array(size);
  const [h, dh, ht] = [like(rows * hidden), like(rows * hidden), like(rows * hidden)];
  const [z, xt] = [like(rows * classes), like(rows * inputs)];
  const [dw1, dw2, w2t] = [like(w1.length), like(w2.length), like(w2.length)];
  return (x, labels) => {
    multiply(x, w1, h, rows, hidden, inputs);
    for (let i = 0; i < h.length; i++) h[i] = Math.max(0, h[i] + b1[i % hidden]);
    multiply(h, w2, z, rows, classes, hidden);
    const loss = crossEntropyGradient(z, b2, labels);
    multiply(z, transpose(w2, hidden, classes, w2t), dh, rows, hidden, classes);
    for (let i = 0; i < dh.length; i++) if (h[i] === 0) dh[i] = 0;
    multiply(transpose(h, rows, hidden, ht), z, dw2, hidden, classes, rows);
    multiply(transpose(x, rows, inputs, xt), dh, dw1, inputs, hidden, rows);
    descend(w1, dw1, rate);
    descendBias(b1, dh, rate);
    descend(w2, dw2, rate);
    descendBias(b2, z, rate);
    return loss;
  };
}
