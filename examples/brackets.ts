// System 12: sequences of different length in one batch: an LSTM tells whether brackets are balanced.
import { init } from 'wasmgrad';
import { dataset, type Dataset } from 'wasmgrad/data';
import { dense, lstm } from 'wasmgrad/layers';
import { binaryCrossEntropy } from 'wasmgrad/losses';
import { sequential, type Model } from 'wasmgrad/models';
import { adam, cosineDecay } from 'wasmgrad/optimizers';
import { plot } from 'wasmgrad/plot';
import { isMain, percent, type Log } from './support/cli.js';
import { makeDraws } from './support/draws.js';
import { saveFigure } from './support/figures.js';

export interface BracketsOptions {
  /** Default 30. */
  readonly epochs?: number;
  /** Folder of the figure. Default `out`. */
  readonly folder?: string;
  readonly log?: Log;
}

export interface BracketsResult {
  /** Share of fresh sequences classified rightly: as long as those trained on, and longer. */
  readonly accuracy: number;
  readonly longer: number;
  /** Predictions that change when the padding does. */
  readonly changed: number;
  readonly figure: string;
}

/** Most brackets of a sequence that is trained on, and of any. */
const TRAINED = 20;
const LONGEST = 40;
const SAMPLES = 4000;

/** Brackets as 1 (opening) and -1 (closing). */
type Brackets = number[];

function isBalanced(brackets: Brackets): boolean {
  let depth = 0;
  return brackets.every((each) => (depth += each) >= 0) && depth === 0;
}

function balanced(length: number, draw: () => number): Brackets {
  let depth = 0;
  return Array.from({ length }, (_, i) => {
    const opens = depth === 0 || (depth < length - i && draw() < 0.5);
    depth += opens ? 1 : -1;
    return opens ? 1 : -1;
  });
}

/** As many opening as closing brackets still, but two of them swapped so that they no longer match. */
function unbalanced(length: number, draw: () => number): Brackets {
  for (;;) {
    const brackets = balanced(length, draw);
    const [i, j] = [Math.floor(draw() * length), Math.floor(draw() * length)];
    [brackets[i], brackets[j]] = [brackets[j]!, brackets[i]!];
    if (!isBalanced(brackets)) return brackets;
  }
}

/** Half of them balanced, with an even number of brackets from `shortest` to `longest`. */
function sequences(count: number, seed: number, [shortest, longest]: readonly [number, number]): Brackets[] {
  const draw = makeDraws(seed);
  return Array.from({ length: count }, (_, i) => {
    const length = shortest + 2 * Math.floor(draw() * ((longest - shortest) / 2 + 1));
    return i % 2 === 0 ? balanced(length, draw) : unbalanced(length, draw);
  });
}

/** Rows of LONGEST steps; what lies past a sequence's end is padding. */
function padded(all: readonly Brackets[], padding: number): Float32Array {
  return Float32Array.from(all.flatMap((each) => Array.from({ length: LONGEST }, (_, t) => each[t] ?? padding)));
}

const lengthsOf = (all: readonly Brackets[]): number[] => all.map(({ length }) => length);

function toDataset(all: readonly Brackets[]): Dataset {
  const labels = Float32Array.from(all, (each) => Number(isBalanced(each)));
  return dataset(padded(all, NaN), labels, { shape: [LONGEST, 1], lengths: lengthsOf(all) });
}

function predict(model: Model, all: readonly Brackets[], padding: number): Float32Array {
  using output = model.predict(padded(all, padding), { lengths: lengthsOf(all) });
  return Float32Array.from(output.data());
}

/** Share of answers that are right, of all sequences or of those of one length. */
function share(all: readonly Brackets[], answers: Float32Array, length?: number): number {
  const right = all.flatMap((each, i) =>
    length === undefined || each.length === length ? [Number(answers[i]! > 0.5 === isBalanced(each))] : [],
  );
  return right.reduce((sum, each) => sum + each, 0) / right.length;
}

export async function run(options: BracketsOptions = {}): Promise<BracketsResult> {
  const { epochs = 30, folder = 'out', log = console.log } = options;
  await init();
  const training = sequences(SAMPLES, 1, [2, TRAINED]);
  using model = sequential({ inputShape: [LONGEST, 1], seed: 2 }, [
    lstm({ units: 16 }),
    dense({ units: 1, activation: 'sigmoid' }),
  ]);
  const count = SAMPLES.toLocaleString('en-US');
  log(`LSTM of 16 units on ${count} sequences of 2 to ${TRAINED} brackets, padded with NaN, ${epochs} epochs`);
  const steps = Math.ceil(SAMPLES / 32) * epochs;
  const optimizer = adam({ learningRate: cosineDecay({ initial: 1e-2, steps }), clipNorm: 1 });
  await model.fit(toDataset(training), { loss: binaryCrossEntropy(), optimizer, batchSize: 32, epochs, seed: 3 });

  const fresh = sequences(4000, 4, [2, TRAINED]);
  const long = sequences(4000, 5, [TRAINED + 2, LONGEST]);
  const [answers, longAnswers] = [predict(model, fresh, NaN), predict(model, long, NaN)];
  const others = [0, 1e30].map((padding) => predict(model, fresh, padding));
  const result = {
    accuracy: share(fresh, answers),
    longer: share(long, longAnswers),
    changed: others.reduce((sum, other) => sum + other.filter((value, i) => value !== answers[i]).length, 0),
  };
  log(`fresh sequences of 2 to ${TRAINED} brackets: ${percent(result.accuracy)} classified rightly`);
  log(`longer ones, ${TRAINED + 2} to ${LONGEST}: ${percent(result.longer)}`);
  log(`predictions that change with 0 or 1e30 as padding: ${result.changed}`);
  const curve = (name: string, all: readonly Brackets[], given: Float32Array) => ({
    name,
    points: [...new Set(lengthsOf(all))]
      .sort((a, b) => a - b)
      .map((length): [number, number] => [length, 100 * share(all, given, length)]),
  });
  const series = [curve('lengths trained on', fresh, answers), curve('longer', long, longAnswers)];
  const axes = { xLabel: 'brackets', yLabel: 'classified rightly (%)' };
  const figure = await saveFigure(folder, 'brackets', plot([{ title: 'Are the brackets balanced?', ...axes, series }]));
  log(`figure: ${figure}`);
  return { ...result, figure };
}

if (isMain(import.meta.url)) await run();
