// System 5: linear regression in closed form and by gradient descent; ill-conditioned data; polynomials of too low and
// too high degree, and what L2 does to them.
import { init, matmul, mul, randomNormal, randomUniform, sub, tensor, tidy, transpose, type Tensor } from 'wasmgrad';
import { dataset, polynomialFeatures } from 'wasmgrad/data';
import { dense } from 'wasmgrad/layers';
import { halfMeanSquaredError } from 'wasmgrad/losses';
import { linearRegression, sequential } from 'wasmgrad/models';
import { sgd } from 'wasmgrad/optimizers';
import { plot, type Chart, type Series } from 'wasmgrad/plot';
import { isMain, type Log } from './support/cli.js';
import { saveFigure } from './support/figures.js';

export interface LinearRegressionOptions {
  /** Folder of the figure. Default `out`. */
  readonly folder?: string;
  readonly log?: Log;
}

export interface LinearRegressionResult {
  /** Largest difference between the weights of the closed form and of gradient descent. */
  readonly descentDiffers: number;
  /** Largest relative error of a weight at condition 1e6: by `linearRegression`, and by the normal equations. */
  readonly stableError: number;
  readonly normalError: number;
  /** Root mean square errors of the polynomials on training points and on fresh ones. */
  readonly fits: Readonly<Record<string, { readonly training: number; readonly fresh: number }>>;
  readonly figure: string;
}

/** The values of an f32 tensor. */
const floats = (x: Tensor): Float32Array => Float32Array.from(x.data());
const largest = (values: Iterable<number>): number => Math.max(...Array.from(values, Math.abs));

/** Both ways on well-conditioned data: 4 features, noise. */
async function descentDiffers(): Promise<number> {
  using points = randomNormal([200, 4], { seed: 1 });
  using noise = randomNormal([200], { seed: 2, std: 0.1 });
  const [x, errors] = [points.data(), noise.data()];
  const y = errors.map((error, i) => error + 2 * x[4 * i]! - x[4 * i + 1]! + 0.5 * x[4 * i + 3]! + 3);
  const closed = linearRegression(points, y);
  using model = sequential({ inputShape: [4], seed: 3 }, [dense({ units: 1 })]);
  const optimizer = sgd({ learningRate: 0.5 });
  await model.fit(dataset(x, y, { shape: [4] }), {
    loss: halfMeanSquaredError(),
    optimizer,
    batchSize: 200,
    epochs: 200,
  });
  const { 'dense_1/kernel': kernel = [], 'dense_1/bias': bias = [] } = model.getWeights();
  const expected = [...closed.weights.data(), closed.bias.item()];
  closed.dispose();
  return largest([...kernel, ...bias].map((value, i) => value - expected[i]!));
}

/** (X^T X)^-1 X^T y for two columns, in f32, as one would write it down. */
function normalEquations(x: Tensor, y: Tensor): Float32Array {
  return tidy(() => {
    const [a = 0, b = 0, , d = 0] = matmul(transpose(x), x).data();
    const determinant = Math.fround(Math.fround(a * d) - Math.fround(b * b));
    const inverse = mul(tensor([d, -b, -b, a], [2, 2]), 1 / determinant);
    return floats(matmul(inverse, matmul(transpose(x), y)));
  });
}

/**
 * Two columns that are all but parallel, u + v / 2^20 and u - v / 2^20, so that the condition is about 1e6. All numbers
 * are exact in f32, y = 2 x1 - x2 too, so the exact weights are (2, -1).
 */
function illConditioned(): { stableError: number; normalError: number } {
  return tidy(() => {
    const quarters = (seed: number): Float32Array =>
      floats(randomUniform([50], { seed, min: -1, max: 1 })).map((value) => Math.round(4 * value) / 4);
    const [u, v] = [quarters(4), quarters(5)];
    const values = Float32Array.from({ length: 100 }, (_, i) => u[i >> 1]! + (i % 2 ? -1 : 1) * 2 ** -20 * v[i >> 1]!);
    const x = tensor(values, [50, 2]);
    const y = tensor(
      Float32Array.from(u, (_, i) => 2 * values[2 * i]! - values[2 * i + 1]!),
      [50, 1],
    );
    const { weights } = linearRegression(x, y, { fitIntercept: false });
    const errorOf = ([first = NaN, second = NaN]: Float32Array): number => largest([first - 2, second + 1]);
    return { stableError: errorOf(floats(weights)), normalError: errorOf(normalEquations(x, y)) };
  });
}

const truth = (x: number): number => Math.sin(Math.PI * x);
const SAMPLES = 20;

interface Fit {
  readonly name: string;
  readonly training: number;
  readonly fresh: number;
  readonly curve: Series;
}

/** A polynomial through noisy points of a sine. */
function polynomial(x: Float32Array, y: Float32Array, degree: number, l2: number): Fit {
  return tidy(() => {
    // The first feature is the constant; the intercept is in its place.
    const features = (points: Float32Array): Tensor => {
      const all = polynomialFeatures(tensor(points, [points.length, 1]), degree).data();
      return tensor(
        all.filter((_, i) => i % (degree + 1) > 0),
        [points.length, degree],
      );
    };
    const { predict } = linearRegression(features(x), tensor(y), { l2 });
    const grid = Float32Array.from({ length: 121 }, (_, i) => i / 60 - 1);
    const error = (points: Float32Array, wanted: Float32Array): number => {
      const squares = floats(sub(predict(features(points)), tensor(wanted))).map((value) => value ** 2);
      return Math.sqrt(squares.reduce((sum, each) => sum + each, 0) / squares.length);
    };
    const name = `degree ${degree}${l2 > 0 ? `, L2 ${l2}` : ''}`;
    const curve = Array.from(predict(features(grid)).data(), (value, i): [number, number] => [grid[i]!, value]);
    return { name, training: error(x, y), fresh: error(grid, grid.map(truth)), curve: { name, points: curve } };
  });
}

function charts(x: Float32Array, y: Float32Array, fits: readonly Fit[]): Chart[] {
  const samples: Series = { name: 'samples', style: 'dots', points: Array.from(x, (value, i) => [value, y[i]!]) };
  const common = { xLabel: 'x', yLabel: 'y', yRange: [-2, 2] as const };
  return [
    { ...common, title: 'Under- and over-fitting', series: [samples, ...fits.slice(0, 3).map(({ curve }) => curve)] },
    { ...common, title: 'Degree 15 with L2', series: [samples, ...fits.slice(2).map(({ curve }) => curve)] },
  ];
}

export async function run(options: LinearRegressionOptions = {}): Promise<LinearRegressionResult> {
  const { folder = 'out', log = console.log } = options;
  await init();
  const differs = await descentDiffers();
  log(`closed form and gradient descent: weights differ by at most ${differs.toExponential(1)}`);
  const condition = illConditioned();
  log(`condition 1e6, errors of the weights: linearRegression ${condition.stableError.toExponential(1)},`);
  log(`  normal equations in f32 ${condition.normalError.toExponential(1)} (NaN: X^T X is singular once rounded)`);

  using noise = randomNormal([SAMPLES], { seed: 7, std: 0.2 });
  const errors = floats(noise);
  const x = Float32Array.from({ length: SAMPLES }, (_, i) => (2 * i) / (SAMPLES - 1) - 1);
  const y = x.map((value, i) => truth(value) + errors[i]!);
  const fits = [[1, 0], [3, 0], [15, 0], [15, 1e-3], [15, 1]].map(([degree = 1, l2 = 0]) => polynomial(x, y, degree, l2)); // prettier-ignore
  log(`polynomials through ${SAMPLES} points of sin(pi x) with noise 0.2; errors on these points and on the sine:`);
  for (const { name, training, fresh } of fits) log(`  ${name.padEnd(20)} ${training.toFixed(3)}  ${fresh.toFixed(3)}`);
  const figure = await saveFigure(folder, 'linear-regression', plot(charts(x, y, fits)));
  log(`figure: ${figure}`);
  const byName = Object.fromEntries(fits.map(({ name, training, fresh }) => [name, { training, fresh }]));
  return { descentDiffers: differs, ...condition, fits: byName, figure };
}

if (isMain(import.meta.url)) await run();
