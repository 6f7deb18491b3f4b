// System 1: logistic regression, yhat = sigmoid(X w + b), binary cross-entropy, full-batch gradient descent.
import { init, matmul, mul, randomNormal, reshape, sigmoid, sub, tensor, tidy, valueAndGrad } from 'wasmgrad';
import { dataset } from 'wasmgrad/data';
import { dense } from 'wasmgrad/layers';
import { binaryCrossEntropy } from 'wasmgrad/losses';
import { sequential, type Model } from 'wasmgrad/models';
import { sgd } from 'wasmgrad/optimizers';
import { boundary } from 'wasmgrad/plot';
import { isMain, percent, type Log } from './support/cli.js';
import { saveFigure } from './support/figures.js';

export interface LogisticOptions {
  /** Samples. Default 2,000. */
  readonly samples?: number;
  /** Steps of gradient descent. Default 500. */
  readonly epochs?: number;
  /** Folder of the figure. Default `out`. */
  readonly folder?: string;
  readonly log?: Log;
}

export interface LogisticResult {
  readonly loss: number;
  readonly accuracy: number;
  /** w1, w2, b */
  readonly weights: readonly number[];
  /** Largest difference between the gradient and the lecture's formula. */
  readonly gradientError: number;
  readonly figure: string;
}

/** Centre of class 1; class 0 has the opposite one. Both have unit covariance. */
const CENTRE = [1, 0.5] as const;

/** Two clouds of points, and which of them each point belongs to. */
function clouds(samples: number): { x: Float32Array; y: Float32Array } {
  using noise = randomNormal([samples, 2], { seed: 4 });
  const y = Float32Array.from({ length: samples }, (_, i) => i % 2);
  const x = Float32Array.from(noise.data(), (value, i) => value + (y[i >> 1] === 1 ? 1 : -1) * CENTRE[i & 1]!);
  return { x, y };
}

/** The gradient of the weights by autodiff beside the lecture's dw = X^T (yhat - y) / M. */
function gradientError(model: Model, x: Float32Array, y: Float32Array): number {
  return tidy(() => {
    const X = tensor(x, [y.length, 2]);
    const target = tensor(y, [y.length, 1]);
    const weights = Object.fromEntries(model.weights.map(({ name, tensor: value }) => [name, value]));
    const [, gradients] = valueAndGrad((w: typeof weights) => binaryCrossEntropy()(model.apply(w, X), target))(weights);
    const z = matmul(X, weights['dense_1/kernel']!);
    const dZ = mul(sub(sigmoid(z), target), 1 / y.length); // the bias is zero before training
    const formula = matmul(X, dZ, { transposeA: true });
    const difference = sub(reshape(gradients['dense_1/kernel']!, [2]), reshape(formula, [2]));
    return Math.max(...Array.from(difference.data(), Math.abs));
  });
}

/** Some of the points, and the regions where yhat is above and below 1/2. */
function figureOf(model: Model, x: Float32Array, y: Float32Array): string {
  const shown = Math.min(600, y.length);
  const range = [-4, 4] as const;
  return boundary(
    model,
    { x: x.subarray(0, 2 * shown), y: y.subarray(0, shown) },
    { title: 'Logistic regression', labels: ['y = 0', 'y = 1'], xRange: range, yRange: range },
  );
}

export async function run(options: LogisticOptions = {}): Promise<LogisticResult> {
  const { samples = 2000, epochs = 500, folder = 'out', log = console.log } = options;
  await init();
  const { x, y } = clouds(samples);
  const data = dataset(x, y, { shape: [2] });
  using model = sequential({ inputShape: [2], seed: 1 }, [dense({ units: 1, activation: 'sigmoid' })]);
  const error = gradientError(model, x, y);
  log(`gradient by autodiff and by X^T (yhat - y) / M differ by at most ${error.toExponential(1)}`);
  await model.fit(data, {
    loss: binaryCrossEntropy(),
    optimizer: sgd({ learningRate: 1 }),
    batchSize: samples,
    epochs,
    onEpochEnd: ({ epoch, loss }) => {
      if (epoch === 1 || epoch % 100 === 0) log(`step ${epoch}: loss ${loss.toFixed(5)}`);
    },
  });
  const { loss, accuracy } = model.evaluate(data, { loss: binaryCrossEntropy(), metrics: ['accuracy'] });
  const weights = model.weights.flatMap(({ tensor: value }) => Array.from(value.data()));
  const [w1, w2, b] = weights.map((value) => value.toFixed(3));
  log(`w = (${w1}, ${w2}), b = ${b}; for endless samples (${2 * CENTRE[0]}, ${2 * CENTRE[1]}) and 0`);
  log(`loss ${loss.toFixed(5)}, accuracy ${percent(accuracy)}`);
  const figure = await saveFigure(folder, 'logistic-regression', figureOf(model, x, y));
  log(`figure: ${figure}`);
  return { loss, accuracy, weights, gradientError: error, figure };
}

if (isMain(import.meta.url)) await run();
