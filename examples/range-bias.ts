// System 6: a regression network with several outputs: the bias of UWB ranges to four anchors from the robot's pose.
import { init, randomNormal, randomUniform } from 'wasmgrad';
import { dataset, type Dataset } from 'wasmgrad/data';
import { dense } from 'wasmgrad/layers';
import { halfMeanSquaredError } from 'wasmgrad/losses';
import { sequential, type Model } from 'wasmgrad/models';
import { adam, cosineDecay } from 'wasmgrad/optimizers';
import { plot, type Series } from 'wasmgrad/plot';
import { isMain, type Log } from './support/cli.js';
import { saveFigure } from './support/figures.js';

export interface RangeBiasOptions {
  /** Default 60. */
  readonly epochs?: number;
  /** Folder of the figure. Default `out`. */
  readonly folder?: string;
  readonly log?: Log;
}

export interface RangeBiasResult {
  /** Root mean square of the ranges' systematic error on fresh poses, in metres. */
  readonly uncorrected: number;
  /** After taking off a constant for each anchor, and after taking off what the network says. */
  readonly constant: number;
  readonly corrected: number;
  readonly figure: string;
}

/** Corners of a room, in metres. */
const ANCHORS = [[0, 0], [8, 0], [8, 6], [0, 6]] as const; // prettier-ignore
/** Standard deviation of a range, in metres. */
const NOISE = 0.05;
const SAMPLES = 4000;

interface Pose {
  readonly x: number;
  readonly y: number;
  readonly heading: number;
}

/** The bias we pretend the antennas have: by the direction an anchor is seen in, and by its distance. */
function biasOf({ x, y, heading }: Pose, [ax, ay]: readonly [number, number]): number {
  const seen = Math.atan2(ay - y, ax - x) - heading;
  const distance = Math.hypot(ax - x, ay - y);
  return 0.12 + 0.15 * Math.cos(seen) + 0.08 * Math.cos(2 * seen) + 0.01 * (distance - 5);
}

/** What the network sees of a pose: numbers of order one, and no jump where the heading turns over. */
const features = ({ x, y, heading }: Pose): number[] => [x / 4 - 1, y / 3 - 1, Math.cos(heading), Math.sin(heading)];

function poses(count: number, seed: number): Pose[] {
  using draws = randomUniform([count, 3], { seed });
  const values = draws.data();
  return Array.from({ length: count }, (_, i) => {
    const [u = 0, v = 0, w = 0] = values.subarray(3 * i, 3 * i + 3);
    return { x: 0.5 + 7 * u, y: 0.5 + 5 * v, heading: (2 * w - 1) * Math.PI };
  });
}

/** Features of poses and the range errors measured there: bias and noise. */
function measurements(at: readonly Pose[], noiseSeed: number): Dataset {
  using noise = randomNormal([at.length, 4], { seed: noiseSeed, std: NOISE });
  const errors = noise.data().map((value, i) => value + biasOf(at[i >> 2]!, ANCHORS[i % 4]!));
  return dataset(Float32Array.from(at.flatMap(features)), errors, { shape: [4] });
}

function predict(model: Model, at: readonly Pose[]): Float32Array {
  using output = model.predict(at.map(features));
  return Float32Array.from(output.data());
}

/** Root mean square of the true bias less a correction. */
function remaining(at: readonly Pose[], correction: (i: number) => number): number {
  const squares = at.flatMap((pose, row) =>
    ANCHORS.map((anchor, k) => (biasOf(pose, anchor) - correction(4 * row + k)) ** 2),
  );
  return Math.sqrt(squares.reduce((sum, each) => sum + each, 0) / squares.length);
}

/** The bias of two anchors while the robot turns on the spot. */
function turning(model: Model): Series[] {
  const at = Array.from({ length: 73 }, (_, i) => ({ x: 3, y: 2, heading: ((i - 36) * Math.PI) / 36 }));
  const learned = predict(model, at);
  const curve = (name: string, colour: number, value: (i: number) => number): Series => ({
    name,
    colour,
    dashed: name.endsWith('learned'),
    points: at.map(({ heading }, i) => [(heading * 180) / Math.PI, 100 * value(i)]),
  });
  return [0, 2].flatMap((k, colour) => [
    curve(`anchor ${k + 1}, true`, colour, (i) => biasOf(at[i]!, ANCHORS[k]!)),
    curve(`anchor ${k + 1}, learned`, colour, (i) => learned[4 * i + k]!),
  ]);
}

export async function run(options: RangeBiasOptions = {}): Promise<RangeBiasResult> {
  const { epochs = 60, folder = 'out', log = console.log } = options;
  await init();
  const data = measurements(poses(SAMPLES, 1), 2);
  using model = sequential({ inputShape: [4], seed: 3 }, [
    dense({ units: 48, activation: 'tanh' }),
    dense({ units: 48, activation: 'tanh' }),
    dense({ units: 4 }),
  ]);
  const steps = Math.ceil(SAMPLES / 32) * epochs;
  const optimizer = adam({ learningRate: cosineDecay({ initial: 5e-3, steps }) });
  log(
    `4-48-48-4 on ${SAMPLES.toLocaleString('en-US')} poses, ${epochs} epochs; ranges with ${100 * NOISE} cm of noise`,
  );
  await model.fit(data, { loss: halfMeanSquaredError(), optimizer, batchSize: 32, epochs, seed: 4 });

  const fresh = poses(1000, 5);
  const learned = predict(model, fresh);
  const errors = Array.from(data.y ?? []);
  const means = ANCHORS.map((_, k) => errors.reduce((sum, value, i) => (i % 4 === k ? sum + value : sum), 0) / SAMPLES);
  const result = {
    uncorrected: remaining(fresh, () => 0),
    constant: remaining(fresh, (i) => means[i % 4]!),
    corrected: remaining(fresh, (i) => learned[i]!),
  };
  const inCm = (metres: number): string => `${(100 * metres).toFixed(2)} cm`;
  log(`systematic error of the ranges on fresh poses: ${inCm(result.uncorrected)} uncorrected,`);
  log(
    `  ${inCm(result.constant)} less a constant for each anchor, ${inCm(result.corrected)} less what the network says`,
  );
  const title = 'Range bias while turning on the spot';
  const chart = {
    title,
    xLabel: 'heading (degrees)',
    yLabel: 'bias (cm)',
    xRange: [-180, 180] as const,
    series: turning(model),
  };
  const figure = await saveFigure(folder, 'range-bias', plot([chart]));
  log(`figure: ${figure}`);
  return { ...result, figure };
}

if (isMain(import.meta.url)) await run();
