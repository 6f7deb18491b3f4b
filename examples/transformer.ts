// Attention: a small transformer reads a number in words, letter by letter, and writes the next one.
import { init, randomUniform } from 'wasmgrad';
import { dataset, type Dataset } from 'wasmgrad/data';
import { addLayers, dense, embedding, layerNorm, multiHeadAttention } from 'wasmgrad/layers';
import { positionalEncoding, timeDistributed } from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { connect, input, model, type Model, type Symbolic } from 'wasmgrad/models';
import { adamw, cosineDecay } from 'wasmgrad/optimizers';
import { plot } from 'wasmgrad/plot';
import { isMain, percent, type Log } from './support/cli.js';
import { saveFigure } from './support/figures.js';
import { inWords } from './support/words.js';

export interface TransformerOptions {
  /** Default 40. */
  readonly epochs?: number;
  /** Counting goes from 1 to this. 100 to 999, default 999. */
  readonly largest?: number;
  /** Folder of the figure. Default `out`. */
  readonly folder?: string;
  readonly log?: Log;
}

export interface TransformerResult {
  /** Mean cross-entropy of a letter before training and after, on lines not trained on. */
  readonly untrained: number;
  readonly loss: number;
  /** Share of lines not trained on that it ends rightly, letter by letter. */
  readonly correct: number;
  /** What it writes without being asked anything. */
  readonly samples: readonly string[];
  readonly figure: string;
}

/** A line break ends a line and stands before the first letter. */
const ALPHABET = Array.from('\n ,-abcdefghijklmnopqrstuvwxyz');
/** The longest line: `seven hundred seventy-seven,seven hundred seventy-eight` and its break. */
const STEPS = 56;
const WIDTH = 32;
const BATCH = 16;

const lineOf = (n: number): string => `${inWords(n)},${inWords(n + 1)}`;
/** One line in ten is kept from training: one in every ten numbers, and no ending in all the hundreds. */
const isKept = (n: number): boolean => (3 * n + Math.floor(n / 10) + Math.floor(n / 100)) % 10 === 0;
const codesOf = (text: string): number[] => Array.from(text, (letter) => ALPHABET.indexOf(letter));

/** Lines as input and, one letter on, as target; behind the end stands padding that no step sees. */
function linesOf(numbers: readonly number[]): Dataset {
  const codes = numbers.map((n) => codesOf(`\n${lineOf(n)}\n`));
  const padded = (letters: readonly number[]): number[] => [
    ...letters,
    ...Array<number>(STEPS - letters.length).fill(0),
  ];
  const x = Float32Array.from(codes.flatMap((line) => padded(line.slice(0, -1))));
  const y = Int32Array.from(codes.flatMap((line) => padded(line.slice(1))));
  return dataset(x, y, { shape: [STEPS], lengths: codes.map((line) => line.length - 1) });
}

/** A block of a transformer: attention, then a small network for every step, each added to what came in. */
function block(x: Symbolic): Symbolic {
  const attention = multiHeadAttention({ heads: 4, keyDim: WIDTH / 4, causal: true });
  const attended = connect(addLayers(), x, connect([layerNorm(), attention], x));
  const wide = timeDistributed(dense({ units: 4 * WIDTH, activation: 'relu' }));
  const narrow = timeDistributed(dense({ units: WIDTH }));
  return connect(addLayers(), attended, connect([layerNorm(), wide, narrow], attended));
}

function build(): Model {
  const letters = input({ shape: [STEPS] });
  const embedded = embedding({
    inputDim: ALPHABET.length,
    outputDim: WIDTH,
    embeddingsInitializer: 'glorotUniform',
  });
  const x = connect([embedded, positionalEncoding()], letters);
  const next = timeDistributed(dense({ units: ALPHABET.length, activation: 'softmax' }));
  return model({ inputs: letters, outputs: connect([layerNorm(), next], block(block(x))), seed: 1 });
}

/** Writes on from a beginning until the line ends; `pick` chooses a letter by the probabilities. */
type Writer = (beginning: string, pick: (probabilities: Float32Array) => number) => string;

/** Attention looks back only, so the letters still to come may be anything. */
function writer(network: Model): { write: Writer; dispose: () => void } {
  const predict = network.predictor();
  const [letters, probabilities] = [new Float32Array(STEPS), new Float32Array(STEPS * ALPHABET.length)];
  const write: Writer = (beginning, pick) => {
    const line = codesOf(`\n${beginning}`);
    while (line.length < STEPS) {
      letters.set(line);
      predict(letters, probabilities);
      const at = (line.length - 1) * ALPHABET.length;
      const letter = pick(probabilities.subarray(at, at + ALPHABET.length));
      if (letter === 0) break;
      line.push(letter);
    }
    return line
      .map((code) => ALPHABET[code])
      .slice(1)
      .join('');
  };
  return { write, dispose: () => predict.dispose() };
}

const likeliest = (probabilities: Float32Array): number => probabilities.indexOf(Math.max(...probabilities));

/** Draws letters as often as their probabilities say. */
function drawing(seed: number): (probabilities: Float32Array) => number {
  using draws = randomUniform([1000], { seed });
  const values = Array.from(draws.data());
  return (probabilities) => {
    let rest = values.pop() ?? 0;
    const found = probabilities.findIndex((probability) => (rest -= probability) < 0);
    return Math.max(0, found);
  };
}

export async function run(options: TransformerOptions = {}): Promise<TransformerResult> {
  const { epochs = 40, largest = 999, folder = 'out', log = console.log } = options;
  await init();
  const numbers = Array.from({ length: largest - 1 }, (_, i) => i + 1);
  const kept = numbers.filter(isKept);
  const [training, validation] = [linesOf(numbers.filter((n) => !isKept(n))), linesOf(kept)];
  using network = build();
  const loss = crossEntropy();
  const untrained = network.evaluate(validation, { loss }).loss;
  log(`${training.size} lines such as '${lineOf(21)}'; ${kept.length} others are kept for the test`);
  log(`two blocks of width ${WIDTH} with 4 heads: ${network.parameterCount} parameters, ${epochs} epochs`);
  const steps = epochs * Math.ceil(training.size / BATCH);
  const { epochs: logs } = await network.fit(training, {
    loss,
    optimizer: adamw({ weightDecay: 0.3, learningRate: cosineDecay({ initial: 1e-2, steps }) }),
    batchSize: BATCH,
    epochs,
    seed: 2,
    validation,
  });

  const { write, dispose } = writer(network);
  const answers = kept.map((n) => write(`${inWords(n)},`, likeliest));
  const right = kept.filter((n, i) => answers[i] === lineOf(n));
  const pick = drawing(3);
  const samples = Array.from({ length: 4 }, () => write('', pick));
  dispose();
  const result = { untrained, loss: logs.at(-1)?.['valLoss'] ?? NaN, correct: right.length / kept.length, samples };
  log(
    `cross-entropy of a letter in the lines kept: ${untrained.toFixed(2)} untrained, ${result.loss.toFixed(3)} trained`,
  );
  log(`${percent(result.correct)} of them ended rightly, such as`);
  for (const n of right.filter((_, i) => i % 32 === 31)) log(`  ${lineOf(n)}`);
  log('written without a beginning:');
  for (const each of samples) log(`  ${each}`);

  const curve = (name: string, of: 'loss' | 'valLoss') => ({
    name,
    points: logs.map((each): [number, number] => [each.epoch, each[of] ?? NaN]),
  });
  const series = [curve('lines trained on', 'loss'), curve('lines kept', 'valLoss')];
  const chart = {
    title: 'A transformer learns to count in words',
    xLabel: 'epoch',
    yLabel: 'cross-entropy of a letter',
  };
  const figure = await saveFigure(folder, 'transformer', plot([{ ...chart, yScale: 'log', series }]));
  log(`figure: ${figure}`);
  return { ...result, figure };
}

if (isMain(import.meta.url)) await run();
