// System 13: attitude from noisy directions: a quaternion, a rotation matrix and nine bare numbers as outputs.
import { init, mean, mul, projectSO3, randomNormal, square, sub, sum, tensor, type Tensor } from 'wasmgrad';
import { dataset } from 'wasmgrad/data';
import { dense, flatten, so3, unitQuaternion, type Layer } from 'wasmgrad/layers';
import { meanSquaredError, type Loss } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam, cosineDecay } from 'wasmgrad/optimizers';
import { plot, type Series } from 'wasmgrad/plot';
import { isMain, type Log } from './support/cli.js';
import { saveFigure } from './support/figures.js';
import { angleBetween, matrixOf, turned, type Quaternion } from './support/rotations.js';

export interface AttitudeOptions {
  /** Default 40. */
  readonly epochs?: number;
  /** Attitudes to learn from. Default 8000. */
  readonly samples?: number;
  /** Folder of the figure. Default `out`. */
  readonly folder?: string;
  readonly log?: Log;
}

/** Angles between true attitudes and answers, in degrees. */
export interface AngularErrors {
  readonly median: number;
  readonly mean: number;
  readonly largest: number;
}

export interface AttitudeResult {
  /** By the kind of output, on attitudes not trained on. */
  readonly errors: Readonly<Record<string, AngularErrors>>;
  /** The least-squares attitude, which knows the reference directions. */
  readonly leastSquares: AngularErrors;
  readonly figure: string;
}

/** Two known directions, say to the sun and along the magnetic field, 70 degrees apart. */
const DIRECTIONS = [[1, 0, 0], [0.342, 0.94, 0]] as const; // prettier-ignore
/** Standard deviation of each measured component. */
const NOISE = 0.02;
const TESTS = 2000;

interface Measured {
  /** True attitudes: body to reference. */
  readonly attitudes: readonly Quaternion[];
  /** The directions as seen from the body, with noise, six numbers a row. */
  readonly seen: Float32Array;
}

/** Attitudes spread evenly over all rotations: four normal numbers point anywhere. */
function measure(count: number, seed: number): Measured {
  using draws = randomNormal([count, 4], { seed });
  using noise = randomNormal([count, 6], { seed: seed + 1, std: NOISE });
  const attitudes = Array.from({ length: count }, (_, i): Quaternion => {
    const [w = 0, x = 0, y = 0, z = 0] = draws.data().subarray(4 * i, 4 * i + 4);
    const length = Math.hypot(w, x, y, z);
    return [w / length, x / length, y / length, z / length];
  });
  const exact = attitudes.flatMap((q) => DIRECTIONS.flatMap((direction) => turned(direction, q, 'back')));
  return { attitudes, seen: Float32Array.from(noise.data(), (value, i) => value + exact[i]!) };
}

/** 8/9 (1 - (q . t)^2): what `meanSquaredError` gives for the two matrices, and the same for q and -q. */
const quaternionLoss: Loss = (q, t) => mul(sub(1, mean(square(sum(mul(q, t), { axis: -1 })))), 8 / 9);

interface Head {
  readonly layers: readonly Layer[];
  readonly loss: Loss;
  readonly target: (q: Quaternion) => readonly number[];
  /** The rotation matrices that outputs stand for, nine numbers each. */
  readonly rotations: (output: Tensor) => Float32Array;
}

const matrices = { loss: meanSquaredError(), target: matrixOf };

function nearestRotations(m: Tensor): Float32Array {
  using rotations = projectSO3(m);
  return Float32Array.from(rotations.data());
}

const HEADS: Readonly<Record<string, Head>> = {
  quaternion: {
    layers: [dense({ units: 4 }), unitQuaternion()],
    loss: quaternionLoss,
    target: (q) => q,
    rotations: (output) => {
      const q = output.data();
      const rows = Array.from({ length: q.length / 4 }, (_, i) => matrixOf([...q.subarray(4 * i, 4 * i + 4)]));
      return Float32Array.from(rows.flat());
    },
  },
  'SO(3)': {
    ...matrices,
    layers: [dense({ units: 9 }), so3(), flatten()],
    rotations: (output) => Float32Array.from(output.data()),
  },
  'nine numbers': {
    ...matrices,
    layers: [dense({ units: 9 })],
    rotations: (output) => {
      using m = tensor(output.data(), [output.size / 9, 3, 3]);
      return nearestRotations(m);
    },
  },
};

/** The nearest rotation to the sum of reference times measured^T solves Wahba's problem (1965). */
function leastSquares({ attitudes, seen }: Measured): Float32Array {
  const products = attitudes.flatMap((_, row) =>
    Array.from({ length: 9 }, (_, i) =>
      DIRECTIONS.reduce((total, d, k) => total + d[Math.floor(i / 3)]! * seen[6 * row + 3 * k + (i % 3)]!, 0),
    ),
  );
  using m = tensor(products, [attitudes.length, 3, 3]);
  return nearestRotations(m);
}

/** Sorted, in degrees. */
function anglesOf({ attitudes }: Measured, rotations: Float32Array): number[] {
  const angles = attitudes.map((q, i) => angleBetween(matrixOf(q), rotations.subarray(9 * i, 9 * i + 9)));
  return angles.map((angle) => (180 / Math.PI) * angle).sort((a, b) => a - b);
}

const summary = (sorted: readonly number[]): AngularErrors => ({
  median: sorted[sorted.length >> 1]!,
  mean: sorted.reduce((total, each) => total + each, 0) / sorted.length,
  largest: sorted.at(-1)!,
});

/** Percentiles 1 to 100 of sorted errors. */
const percentiles = (name: string, sorted: readonly number[]): Series => ({
  name,
  points: Array.from({ length: 100 }, (_, i) => [sorted[Math.ceil(((i + 1) / 100) * sorted.length) - 1]!, i + 1]),
});

interface Trained {
  /** Sorted errors of the test attitudes, in degrees. */
  readonly angles: readonly number[];
  /** Loss on the test attitudes after every epoch. */
  readonly curve: readonly (readonly [epoch: number, loss: number])[];
}

async function train(head: Head, learned: Measured, test: Measured, epochs: number): Promise<Trained> {
  const rows = ({ attitudes, seen }: Measured) => dataset(seen, attitudes.map(head.target), { shape: [6] });
  using model = sequential({ inputShape: [6], seed: 5 }, [
    dense({ units: 96, activation: 'relu' }),
    dense({ units: 96, activation: 'relu' }),
    ...head.layers,
  ]);
  const steps = Math.ceil(learned.attitudes.length / 64) * epochs;
  const { epochs: logs } = await model.fit(rows(learned), {
    loss: head.loss,
    optimizer: adam({ learningRate: cosineDecay({ initial: 5e-3, steps }) }),
    batchSize: 64,
    epochs,
    seed: 6,
    validation: rows(test),
  });
  using x = tensor(test.seen, [TESTS, 6]);
  using output = model.predict(x);
  return {
    angles: anglesOf(test, head.rotations(output)),
    curve: logs.map(({ epoch, valLoss = NaN }) => [epoch, valLoss]),
  };
}

export async function run(options: AttitudeOptions = {}): Promise<AttitudeResult> {
  const { epochs = 40, samples = 8000, folder = 'out', log = console.log } = options;
  await init();
  const [learned, test] = [measure(samples, 1), measure(TESTS, 3)];
  log(`${samples} attitudes, two directions 70 degrees apart measured with noise ${NOISE}; 6-96-96, ${epochs} epochs`);
  log(`error on ${TESTS} fresh attitudes, in degrees   median    mean  largest`);
  const report = (name: string, sorted: readonly number[]): AngularErrors => {
    const { median, mean, largest } = summary(sorted);
    const columns = [median.toFixed(2).padStart(9), mean.toFixed(2).padStart(8), largest.toFixed(1).padStart(9)];
    log(`  ${name.padEnd(39)}${columns.join('')}`);
    return { median, mean, largest };
  };
  const errors: Record<string, AngularErrors> = {};
  const [curves, shares]: [Series[], Series[]] = [[], []];
  for (const [name, head] of Object.entries(HEADS)) {
    const { angles, curve } = await train(head, learned, test, epochs);
    errors[name] = report(name, angles);
    curves.push({ name, points: curve });
    shares.push(percentiles(name, angles));
  }
  const best = anglesOf(test, leastSquares(test));
  const result = { errors, leastSquares: report('least squares, directions known', best) };
  const charts = [
    { title: 'Learning', xLabel: 'epoch', yLabel: 'loss on fresh attitudes', yScale: 'log' as const, series: curves },
    {
      title: 'Share of fresh attitudes with a smaller error',
      xLabel: 'angular error (degrees)',
      yLabel: 'share (%)',
      xScale: 'log' as const,
      series: [...shares, percentiles('least squares', best)],
    },
  ];
  const figure = await saveFigure(folder, 'attitude', plot(charts));
  log(`figure: ${figure}`);
  return { ...result, figure };
}

if (isMain(import.meta.url)) await run();
