// System 4: a feed-forward network of L layers with a linear score, and the gradient with respect to its input.
import { grad, init, mul, randomUniform, sin, sum, tensor, tidy, type Tensor } from 'wasmgrad';
import { dataset, type Dataset } from 'wasmgrad/data';
import { dense } from 'wasmgrad/layers';
import { halfMeanSquaredError } from 'wasmgrad/losses';
import { sequential, type Model } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';
import { plot } from 'wasmgrad/plot';
import { isMain, type Log } from './support/cli.js';
import { saveFigure } from './support/figures.js';

export interface DeepNetworkOptions {
  /** Hidden layers. Default 5. */
  readonly layers?: number;
  /** Default 60. */
  readonly epochs?: number;
  /** Folder of the figure. Default `out`. */
  readonly folder?: string;
  readonly log?: Log;
}

export interface DeepNetworkResult {
  /** Half mean squared error on fresh samples, and of always answering 0. */
  readonly loss: number;
  readonly baseline: number;
  /** Largest difference between the input gradient and central differences. */
  readonly gradientError: number;
  /** Largest input gradient, for comparison. */
  readonly gradientSize: number;
  readonly figure: string;
}

const UNITS = 24;

/** Samples of y = sin(3 x1) x2. */
function samples(count: number, seed: number): Dataset {
  return tidy(() => {
    const x = randomUniform([count, 2], { seed, min: -1, max: 1 });
    const column = (k: number): Tensor => tensor(Float32Array.from(x.data().filter((_, i) => i % 2 === k)));
    return dataset(x, mul(sin(mul(column(0), 3)), column(1)));
  });
}

function weightsOf(model: Model): Record<string, Tensor> {
  return Object.fromEntries(model.weights.map(({ name, tensor: value }) => [name, value]));
}

/** The scores of single points. */
function scores(model: Model, x: Float32Array): Float32Array {
  using output = model.predict(x);
  return Float32Array.from(output.data());
}

/**
 * dx = delta_1 W_1^T for every row of x by reverse mode, beside central differences of the score.
 * The rows do not depend on each other, so the gradient of the sum of scores holds the gradient of each.
 */
function inputGradient(model: Model, x: Float32Array): { error: number; size: number } {
  const gradient = tidy(() => {
    const weights = weightsOf(model);
    return grad((input: Tensor) => sum(model.apply(weights, input)))(tensor(x, [x.length / 2, 2])).data();
  });
  const step = 2 ** -6;
  let error = 0;
  for (const axis of [0, 1]) {
    const moved = (steps: number): Float32Array =>
      scores(
        model,
        x.map((value, i) => (i % 2 === axis ? value + steps * step : value)),
      );
    const [right, left, farRight, farLeft] = [moved(1), moved(-1), moved(2), moved(-2)];
    for (let row = 0; row < right.length; row++) {
      // Fourth order: (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h
      const difference = (8 * (right[row]! - left[row]!) - (farRight[row]! - farLeft[row]!)) / (12 * step);
      error = Math.max(error, Math.abs(difference - gradient[2 * row + axis]!));
    }
  }
  return { error, size: Math.max(...Array.from(gradient, Math.abs)) };
}

export async function run(options: DeepNetworkOptions = {}): Promise<DeepNetworkResult> {
  const { layers = 5, epochs = 60, folder = 'out', log = console.log } = options;
  await init();
  const hidden = Array.from({ length: layers }, () => dense({ units: UNITS, activation: 'tanh' }));
  using model = sequential({ inputShape: [2], seed: 6 }, [...hidden, dense({ units: 1, useBias: false })]);
  log(model.summary());
  const test = samples(500, 2);
  const loss = halfMeanSquaredError();
  const history = await model.fit(samples(2000, 1), {
    loss,
    optimizer: adam({ learningRate: 3e-3 }),
    batchSize: 32,
    epochs,
    seed: 3,
  });
  for (const { epoch, loss: mean } of history.epochs) {
    if (epoch === 1 || epoch % 20 === 0) log(`epoch ${epoch}: loss ${mean.toExponential(3)}`);
  }
  const result = model.evaluate(test, { loss });
  const baseline = Array.from(test.y ?? []).reduce((total, y) => total + y ** 2, 0) / (2 * test.size);
  log(`loss on fresh samples ${result.loss.toExponential(3)}; of always answering 0: ${baseline.toExponential(3)}`);
  const { error, size } = inputGradient(model, test.x.slice(0, 40));
  log(
    `gradient by the input: up to ${size.toFixed(3)}, differs from central differences by at most ${error.toExponential(1)}`,
  );
  const points = history.epochs.map((each) => [each.epoch, each.loss] as const);
  const title = `${layers} hidden layers of ${UNITS}`;
  const series = [{ name: 'half mean squared error', points }];
  const chart = plot([{ title, xLabel: 'epoch', yLabel: 'training loss', yScale: 'log', series }]);
  const figure = await saveFigure(folder, 'deep-network', chart);
  log(`figure: ${figure}`);
  return { loss: result.loss, baseline, gradientError: error, gradientSize: size, figure };
}

if (isMain(import.meta.url)) await run();
