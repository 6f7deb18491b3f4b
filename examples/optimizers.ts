// System 9: the paths of all optimisers down a narrow valley, and their losses.
import { grad, init, mul, square, sum, tensor, tidy, type Tensor } from 'wasmgrad';
import { adagrad, adam, adamw, cosineDecay, rmsprop, sgd, type Optimizer } from 'wasmgrad/optimizers';
import { plot, type Series } from 'wasmgrad/plot';
import { isMain, type Log } from './support/cli.js';
import { saveFigure } from './support/figures.js';

export interface OptimizersOptions {
  /** Steps of every rule. Default 120. */
  readonly steps?: number;
  /** Folder of the figure. Default `out`. */
  readonly folder?: string;
  readonly log?: Log;
}

export interface OptimizersResult {
  /** Loss after the last step, by rule. */
  readonly losses: Readonly<Record<string, number>>;
  /** Loss before the first. */
  readonly start: number;
  readonly figure: string;
}

/** L = (theta_1^2 + 25 theta_2^2) / 2: along one axis 25 times as steep as along the other. */
const CURVATURE = [1, 25] as const;
const START = [-3, 1] as const;

const lossAt = ([x, y]: readonly [number, number]): number => (CURVATURE[0] * x ** 2 + CURVATURE[1] * y ** 2) / 2;

/** Rates are chosen by hand, each rule's to suit this valley. */
const rules = (steps: number): Readonly<Record<string, Optimizer>> => ({
  'gradient descent': sgd({ learningRate: 0.03 }),
  'heavy ball': sgd({ learningRate: 0.03, momentum: 0.8 }),
  Nesterov: sgd({ learningRate: 0.03, momentum: 0.8, nesterov: true }),
  AdaGrad: adagrad({ learningRate: 0.5 }),
  RMSProp: rmsprop({ learningRate: 0.05 }),
  Adam: adam({ learningRate: 0.15 }),
  AdamW: adamw({ learningRate: 0.15, weightDecay: 0.1 }),
  'Adam, cosine decay': adam({ learningRate: cosineDecay({ initial: 0.3, steps }) }),
});

/** The points a rule passes, the start included. */
function path(optimizer: Optimizer, steps: number): [number, number][] {
  return tidy(() => {
    const theta = tensor([...START]);
    const curvature = tensor([...CURVATURE]);
    const gradient = grad((at: Tensor) => mul(0.5, sum(mul(curvature, square(at)))));
    const state = optimizer.create([theta]);
    const points: [number, number][] = [[...START]];
    for (let step = 0; step < steps; step++) {
      state.prepare(step);
      tidy(() => state.update([gradient(theta)]));
      const [x = NaN, y = NaN] = theta.data();
      points.push([x, y]);
    }
    state.dispose();
    return points;
  });
}

/** The line on which the loss has a value: an ellipse. */
function contour(level: number): Series {
  const [a, b] = CURVATURE.map((curvature) => Math.sqrt((2 * level) / curvature)) as [number, number];
  const angles = Array.from({ length: 61 }, (_, i) => (i * Math.PI) / 30);
  return {
    name: `L = ${level}`,
    style: 'guide',
    points: angles.map((angle) => [a * Math.cos(angle), b * Math.sin(angle)]),
  };
}

export async function run(options: OptimizersOptions = {}): Promise<OptimizersResult> {
  const { steps = 120, folder = 'out', log = console.log } = options;
  await init();
  const paths = Object.entries(rules(steps)).map(([name, optimizer]) => ({ name, points: path(optimizer, steps) }));
  const start = lossAt(START);
  log(`L = (theta_1^2 + 25 theta_2^2) / 2 from (${START.join(', ')}), ${steps} steps; loss at the start ${start}`);
  const losses: Record<string, number> = {};
  for (const { name, points } of paths) {
    losses[name] = lossAt(points.at(-1)!);
    log(`${name.padEnd(20)} loss ${losses[name].toExponential(2)}`);
  }
  const shown = paths.filter(({ name }) => name !== 'AdamW');
  const figure = await saveFigure(
    folder,
    'optimizers',
    plot([
      {
        title: 'Paths down a narrow valley',
        xLabel: 'theta 1',
        yLabel: 'theta 2',
        xRange: [-3.2, 1.5],
        yRange: [-1.2, 1.2],
        series: [...[0.5, 2, 5, 10, 17].map(contour), ...shown],
      },
      {
        title: 'Loss',
        xLabel: 'step',
        yLabel: 'loss',
        yScale: 'log',
        yRange: [1e-12, 100],
        series: paths.map(({ name, points }) => ({ name, points: points.map((at, i) => [i, lossAt(at)]) })),
      },
    ]),
  );
  log(`figure: ${figure}`);
  return { losses, start, figure };
}

if (isMain(import.meta.url)) await run();
