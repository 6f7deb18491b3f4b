// System 12: a text model, character by character, many to many (LSTM); it writes text with its state carried on.
import { div, init, log as logarithm, softmax, tidy, type Tensor } from 'wasmgrad';
import { dataset, type Dataset } from 'wasmgrad/data';
import { dense, embedding, lstm } from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { sequential, type Model } from 'wasmgrad/models';
import { adam, cosineDecay } from 'wasmgrad/optimizers';
import { plot } from 'wasmgrad/plot';
import { isMain, type Log } from './support/cli.js';
import { makeDraws } from './support/draws.js';
import { saveFigure } from './support/figures.js';
import { rhyme } from './support/rhyme.js';

export interface CharactersOptions {
  /** Default 40. */
  readonly epochs?: number;
  /** Folder of the figure. Default `out`. */
  readonly folder?: string;
  readonly log?: Log;
}

export interface CharactersResult {
  /** Cross-entropy in bits a character: of the model on the text it was trained on, */
  readonly bits: number;
  /** and of the characters' frequencies alone. */
  readonly frequencies: number;
  /** What the model writes. */
  readonly sample: string;
  readonly figure: string;
}

/** Characters of a window that is trained on. */
const WINDOW = 48;
const START = 'This is ';

const alphabet = [...new Set(rhyme)].sort();
const encode = (text: string): number[] => Array.from(text, (each) => alphabet.indexOf(each));

/** Windows of the text, every third position; the target of a character is the next one. */
function windows(): Dataset {
  const codes = encode(rhyme);
  const starts = Array.from({ length: Math.floor((codes.length - WINDOW - 1) / 3) + 1 }, (_, i) => 3 * i);
  const x = starts.map((start) => codes.slice(start, start + WINDOW));
  const y = starts.map((start) => codes.slice(start + 1, start + 1 + WINDOW));
  return dataset(x, new Int32Array(y.flat()), { shape: [WINDOW] });
}

/** Bits a character takes when only the frequencies of the characters are known. */
function frequencyBits(): number {
  const counts = alphabet.map((each) => rhyme.split(each).length - 1);
  return -counts.reduce((sum, count) => sum + (count / rhyme.length) * Math.log2(count / rhyme.length), 0);
}

/** Draws a character from the probabilities after the last step, sharpened by a temperature below 1. */
function choose(output: Tensor, temperature: number, chance: number): number {
  const sharpened = tidy(() => softmax(div(logarithm(output), temperature)));
  const probabilities = sharpened.data().slice(-alphabet.length);
  sharpened.dispose();
  let rest = chance;
  const chosen = probabilities.findIndex((probability) => (rest -= probability) < 0);
  return chosen < 0 ? alphabet.length - 1 : chosen;
}

/** Text that goes on from a beginning: each character drawn is the next input, the state stays with the model. */
function write(model: Model, length: number, { temperature = 0.5, seed = 1 } = {}): string {
  const draw = makeDraws(seed);
  let [text, next] = [START, encode(START)];
  return tidy(() => {
    let [output, state] = model.predictState([next]);
    while (text.length < length) {
      next = [choose(output, temperature, draw())];
      text += alphabet[next[0]!]!;
      [output, state] = model.predictState([next], state);
    }
    return text;
  });
}

export async function run(options: CharactersOptions = {}): Promise<CharactersResult> {
  const { epochs = 40, folder = 'out', log = console.log } = options;
  await init();
  const data = windows();
  using model = sequential({ inputShape: [WINDOW], seed: 1 }, [
    embedding({ inputDim: alphabet.length, outputDim: 16 }),
    lstm({ units: 64, returnSequences: true }),
    dense({ units: alphabet.length, activation: 'softmax' }),
  ]);
  log(`LSTM of 64 units; ${rhyme.length} characters, ${alphabet.length} different ones, ${epochs} epochs`);
  const loss = crossEntropy();
  const steps = Math.ceil(data.size / 16) * epochs;
  const optimizer = adam({ learningRate: cosineDecay({ initial: 5e-3, steps }), clipNorm: 1 });
  const history = await model.fit(data, { loss, optimizer, batchSize: 16, epochs, seed: 2 });

  const bits = model.evaluate(data, { loss }).loss / Math.LN2;
  const frequencies = frequencyBits();
  log(`bits a character: ${frequencies.toFixed(2)} by frequency alone, ${bits.toFixed(2)} by the model`);
  const sample = write(model, 320);
  log(`it writes, from '${START}' on:`);
  log('');
  log(sample);
  const learned = history.epochs.map(({ epoch, loss: value }): [number, number] => [epoch, value / Math.LN2]);
  const flat = [1, epochs].map((epoch): [number, number] => [epoch, frequencies]);
  const series = [
    { name: 'LSTM', points: learned },
    { name: 'frequency of the characters', points: flat },
  ];
  const title = 'A text model learns a nursery rhyme';
  const chart = { title, xLabel: 'epoch', yLabel: 'bits a character', series };
  const figure = await saveFigure(folder, 'characters', plot([chart]));
  log(`figure: ${figure}`);
  return { bits, frequencies, sample, figure };
}

if (isMain(import.meta.url)) await run();
