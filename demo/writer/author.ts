// A text model, character by character: it learns what comes next, and writes by drawing what comes next.
import { div, log as logarithm, randomUniform, softmax, tidy, type Tensor } from 'wasmgrad';
import { dense, embedding, gru, lstm } from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { sequential, type Model, type Trainer } from 'wasmgrad/models';
import { permutation } from 'wasmgrad/data';
import { adam } from 'wasmgrad/optimizers';
import { WINDOW, type Style, type WriterSettings } from './messages.js';

const BATCH = 16;
/** Characters between the beginnings of two pieces. */
const STRIDE = 3;
const LENGTH = 240;

export class Author {
  readonly model: Model;
  readonly letters: readonly string[];
  readonly #codes: Uint16Array;
  readonly #trainer: Trainer;
  readonly #x = new Float32Array(BATCH * WINDOW);
  readonly #y = new Float32Array(BATCH * WINDOW);
  readonly #seed: number;
  #order = new Uint32Array(0);
  #next = 0;
  #epoch = 0;
  /** Steps when it wrote last, and how often it has written since. */
  #last = -1;
  #again = 0;

  constructor({ text, cell, units, seed }: WriterSettings) {
    const characters = Array.from(text);
    this.letters = [...new Set(characters)].sort();
    const numbers = new Map(this.letters.map((letter, i) => [letter, i]));
    this.#codes = Uint16Array.from(characters, (each) => numbers.get(each) ?? 0);
    this.#seed = seed;
    const recurrent = cell === 'gru' ? gru : lstm;
    this.model = sequential({ inputShape: [WINDOW], seed }, [
      embedding({ inputDim: this.letters.length, outputDim: 16 }),
      recurrent({ units, returnSequences: true }),
      dense({ units: this.letters.length, activation: 'softmax' }),
    ]);
    const optimizer = adam({ learningRate: 5e-3, clipNorm: 1 });
    this.#trainer = this.model.trainer({ loss: crossEntropy(), optimizer, batchSize: BATCH });
  }

  /** Bits a character takes when only the frequencies of the characters are known. */
  get frequencyBits(): number {
    const counts = new Float64Array(this.letters.length);
    for (const code of this.#codes) counts[code]!++;
    return -counts.reduce(
      (sum, count) => sum + (count / this.#codes.length) * Math.log2(count / this.#codes.length),
      0,
    );
  }

  get steps(): number {
    return this.#trainer.steps;
  }

  /** Learns from a batch of pieces; returns the bits that a character took. */
  step(): number {
    for (let row = 0; row < BATCH; row++) {
      const start = STRIDE * this.#piece();
      this.#x.set(this.#codes.subarray(start, start + WINDOW), row * WINDOW);
      this.#y.set(this.#codes.subarray(start + 1, start + 1 + WINDOW), row * WINDOW);
    }
    return this.#trainer.step(this.#x, this.#y) / Math.LN2;
  }

  /** Number of the piece that comes next. All come once before one comes again. */
  #piece(): number {
    if (this.#next >= this.#order.length) {
      const pieces = Math.floor((this.#codes.length - WINDOW - 1) / STRIDE) + 1;
      this.#order = permutation(pieces, this.#seed, this.#epoch++);
      this.#next = 0;
    }
    return this.#order[this.#next++] ?? 0;
  }

  /** What it may begin with: the part of a prompt whose letters it knows. */
  beginning(prompt: string): string {
    const known = Array.from(prompt).filter((letter) => this.letters.includes(letter));
    return known.join('') || (this.letters[this.#codes[0] ?? 0] ?? '');
  }

  /** Goes on from a beginning: each character drawn is the next input, the state stays with the model. */
  write({ prompt, temperature }: Style): string {
    const beginning = this.beginning(prompt);
    // After as many steps it writes the same at every training
    this.#again = this.steps === this.#last ? this.#again + 1 : 0;
    this.#last = this.steps;
    const uniform = randomUniform([LENGTH], { seed: this.#seed + 1000 * this.steps + this.#again });
    const chances = uniform.data();
    uniform.dispose();
    let next = Array.from(beginning, (letter) => this.letters.indexOf(letter));
    let text = '';
    tidy(() => {
      let [output, state] = this.model.predictState([next]);
      for (const chance of chances) {
        next = [this.#choose(output, temperature, chance)];
        text += this.letters[next[0] ?? 0] ?? '';
        [output, state] = this.model.predictState([next], state);
      }
    });
    return text;
  }

  /** Draws a character from the probabilities after the last step, sharpened by a temperature below 1. */
  #choose(output: Tensor, temperature: number, chance: number): number {
    const sharpened = tidy(() => softmax(div(logarithm(output), temperature)));
    const probabilities = sharpened.data().slice(-this.letters.length);
    sharpened.dispose();
    let rest = chance;
    const chosen = probabilities.findIndex((probability) => (rest -= probability) < 0);
    return chosen < 0 ? this.letters.length - 1 : chosen;
  }
}
