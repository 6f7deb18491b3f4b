import { dataset } from 'wasmgrad/data';
import { importTfjs, saveModel, type ReadProgress } from 'wasmgrad/io';
import { concatenate, dense, globalAveragePool2d, globalMaxPool2d } from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { connect, input, model, sequential, type EpochLog, type Model, type Predictor } from 'wasmgrad/models';
import { exportOnnx } from 'wasmgrad/onnx';
import { adam } from 'wasmgrad/optimizers';
import { EPOCHS, numbersOf, SIDE, type Pixels, type Sample } from './messages.js';

/** The last layer of the network that is used: those behind it know little but the classes of its own pictures. */
const LAST = 'block_13_expand_relu';

/** A network of known layers for the features of pictures, and a last layer of its own that tells classes apart. */
export class Learner {
  readonly #features: Model;
  readonly #featuresOf: Predictor;
  /** Features of the pictures to learn from. They are computed once: the known layers do not change. */
  readonly #known = new Map<number, Float32Array>();
  #head: Model | undefined;

  private constructor(base: Model) {
    const picture = input({ shape: [SIDE, SIDE, 3] });
    using known = base.upTo(LAST);
    const maps = connect(known, picture);
    const pooled = [connect(globalAveragePool2d(), maps), connect(globalMaxPool2d(), maps)];
    this.#features = model({ inputs: picture, outputs: connect(concatenate(), ...pooled), name: 'features' });
    this.#featuresOf = this.#features.predictor();
  }

  static async load(
    address: string,
    options: { readonly signal: AbortSignal; readonly onProgress: (progress: ReadProgress) => void },
  ): Promise<Learner> {
    using base = await importTfjs(address, options);
    return new Learner(base);
  }

  get parameters(): number {
    return this.#features.parameterCount;
  }

  add(id: number, pixels: Pixels): void {
    this.#known.set(id, this.#look(pixels));
  }

  remove(id: number): void {
    this.#known.delete(id);
  }

  /** Trains a new last layer. */
  async train(
    samples: readonly Sample[],
    classes: number,
    signal: AbortSignal,
    onEpochEnd: (log: EpochLog<readonly ['accuracy']>) => Promise<void>,
  ): Promise<void> {
    const { outputShape } = this.#features;
    this.#head?.dispose();
    this.#head = sequential({ inputShape: outputShape, seed: 1, name: 'head' }, [
      dense({ units: classes, activation: 'softmax' }),
    ]);
    const x = samples.map(({ id }) => this.#known.get(id) ?? new Float32Array(outputShape[0] ?? 0));
    await this.#head.fit(
      dataset(
        x,
        Int32Array.from(samples, ({ label }) => label),
      ),
      {
        loss: crossEntropy(),
        optimizer: adam({ learningRate: 0.003 }),
        batchSize: 16,
        epochs: EPOCHS,
        metrics: ['accuracy'],
        signal,
        onEpochEnd,
      },
    );
  }

  /** Probabilities of the classes. */
  predict(pixels: Pixels): Float32Array<ArrayBuffer> {
    using output = this.#trained().predict([this.#look(pixels)]);
    return Float32Array.from(output.data());
  }

  save(): Uint8Array<ArrayBuffer> {
    using whole = this.#whole();
    return new Uint8Array(saveModel(whole));
  }

  exportOnnx(): Uint8Array<ArrayBuffer> {
    using whole = this.#whole();
    return new Uint8Array(exportOnnx(whole));
  }

  #look(pixels: Pixels): Float32Array {
    const features = new Float32Array(this.#features.outputShape[0] ?? 0);
    this.#featuresOf(numbersOf(pixels), features);
    return features;
  }

  #trained(): Model {
    if (!this.#head) throw new Error('Nothing has been learned yet.');
    return this.#head;
  }

  #whole(): Model {
    return sequential({ inputShape: [SIDE, SIDE, 3] }, [this.#features, this.#trained()]);
  }
}
