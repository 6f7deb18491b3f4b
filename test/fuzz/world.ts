// Right arguments for everything: tensors, models, data and options that last as long as the test.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataset, type Dataset } from '../../src/data/index.js';
import { ones, tensor, type Tensor } from '../../src/index.js';
import { checkpoint, saveModel, writeNpy } from '../../src/io/index.js';
import { dense, lstm, timeDistributed } from '../../src/layers/index.js';
import { crossEntropy } from '../../src/losses/index.js';
import { connect, input, model, sequential, type Model, type Trainer } from '../../src/models/index.js';
import { adam, sgd } from '../../src/optimizers/index.js';
import { zipped } from '../io/numpy/zipped.js';

export interface World {
  /** [2, 3] */
  readonly x: Tensor;
  /** [2, 3] */
  readonly y: Tensor;
  /** [3] */
  readonly vector: Tensor;
  /** i32 [2], from 0 to 2 */
  readonly indices: Tensor<'i32'>;
  /** i32 [2, 3] */
  readonly whole: Tensor<'i32'>;
  /** i32 [2, 2]: 1, and 2 and 1 */
  readonly labels: Tensor<'i32'>;
  /** [1, 4, 4, 2] */
  readonly image: Tensor;
  /** [2, 2, 2, 2] */
  readonly filter: Tensor;
  /** [1, 5, 2] */
  readonly sequence: Tensor;
  /** [2, 3, 3] */
  readonly matrices: Tensor;
  /** [2, 4] */
  readonly quaternions: Tensor;
  /** [1, 4] */
  readonly four: Tensor;
  /** [1, 2] */
  readonly state: Tensor;
  /** [] */
  readonly scalar: Tensor;
  /** [3, 3] */
  readonly square: Tensor;
  /** [2] */
  readonly pair: Tensor;
  /** [2, 2, 2] */
  readonly taps: Tensor;
  /** 3 inputs, 2 classes */
  readonly model: Model;
  /** Sequences [4, 2], one output */
  readonly recurrent: Model;
  /** Inputs [2] and [1], outputs [3] and [1] */
  readonly functional: Model;
  readonly trainer: Trainer;
  /** Eight rows of 3, classes 0 and 1 */
  readonly data: Dataset;
  /** A model of TensorFlow.js: inputs [2], one output */
  readonly tfjs: { readonly json: unknown; readonly weights: Uint8Array };
  /** A file of Keras': sequences [5, 3] and a dense layer for every step */
  readonly keras: Uint8Array;
  /** A model of the same layers */
  readonly steps: Model;
  /** An archive of one array, `a` */
  readonly npz: Uint8Array;
  /** Bytes of `model`, its optimiser among them */
  readonly bytes: Uint8Array;
  readonly folder: string;
  readonly path: string;
  /** A file of `checkpoint`, of `model` after one epoch */
  readonly checkpoint: string;
  /** When that file is there */
  readonly ready: Promise<unknown>;
  readonly dispose: () => void;
}

const rows = (n: number, width: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: width }, (__, k) => ((i * 7 + k * 3) % 5) / 5));

function tensorsOfWorld() {
  return {
    x: tensor(rows(2, 3)),
    y: ones([2, 3]),
    vector: tensor([0.5, 1, 2]),
    indices: tensor(Int32Array.of(1, 2)),
    whole: tensor(Int32Array.of(1, 2, 3, 4, 5, 6), [2, 3]),
    labels: tensor(Int32Array.of(1, -1, 2, 1), [2, 2]),
    image: tensor(rows(16, 2).flat(), [1, 4, 4, 2]),
    filter: tensor(rows(8, 2).flat(), [2, 2, 2, 2]),
    sequence: tensor(rows(5, 2).flat(), [1, 5, 2]),
    matrices: tensor([1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 1, 0, 1, 0, 0, 0, 0, 1], [2, 3, 3]),
    quaternions: tensor(rows(2, 4)),
    square: tensor([2, 0, 1, 0, 3, 0, 1, 0, 4], [3, 3]),
    four: ones([1, 4]),
    state: ones([1, 2]),
    scalar: tensor(2),
    pair: tensor([0.5, 1]),
    taps: tensor(rows(4, 2).flat(), [2, 2, 2]),
  };
}

function modelsOfWorld() {
  const [a, b] = [input({ shape: [2] }), input({ shape: [1] })];
  return {
    model: sequential({ inputShape: [3] }, [dense({ units: 2, activation: 'softmax' })]),
    recurrent: sequential({ inputShape: [4, 2] }, [lstm({ units: 2 }), dense({ units: 1 })]),
    steps: sequential({ inputShape: [5, 3] }, [timeDistributed(dense({ units: 2, activation: 'tanh' }))]),
    functional: model({ inputs: [a, b], outputs: [connect(dense({ units: 3 }), a), connect(dense({ units: 1 }), b)] }),
  };
}

function filesOfWorld(array: Uint8Array): Pick<World, 'tfjs' | 'keras' | 'npz'> {
  const layer = {
    class_name: 'Dense',
    config: { name: 'd', units: 1, use_bias: false, batch_input_shape: [null, null] },
  };
  const weights = [{ name: 'd/kernel', shape: [2, 1], dtype: 'float32' }];
  const json = {
    modelTopology: { class_name: 'Sequential', config: { layers: [layer] } },
    weightsManifest: [{ paths: ['w'], weights }],
  };
  return {
    tfjs: { json, weights: new Uint8Array(8) },
    keras: new Uint8Array(readFileSync(new URL('../io/keras/steps.h5', import.meta.url))),
    npz: zipped({ 'a.npy': array }),
  };
}

/** Makes everything; `dispose` frees it. */
export function makeWorld(): World {
  const tensors = tensorsOfWorld();
  const models = modelsOfWorld();
  const trainer = models.model.trainer({ loss: crossEntropy(), optimizer: sgd({ learningRate: 0 }), batchSize: 4 });
  const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-fuzz-'));
  const bytes = saveModel(models.model, { optimizer: adam() });
  const path = join(folder, 'model.safetensors');
  writeFileSync(path, bytes);
  const data = dataset(rows(8, 3), Int32Array.of(0, 1, 0, 1, 0, 1, 0, 1));
  const kept = join(folder, 'checkpoint.safetensors');
  const options = { loss: crossEntropy(), optimizer: adam(), batchSize: 8, callbacks: [checkpoint(kept)] };
  const held = [...Object.values(tensors), ...Object.values(models), trainer];
  return {
    ...tensors,
    ...models,
    ...filesOfWorld(writeNpy(tensors.x)),
    trainer,
    data,
    bytes,
    folder,
    path,
    checkpoint: kept,
    ready: models.model.fit(data, options),
    dispose: () => {
      for (const one of held) one.dispose();
      rmSync(folder, { recursive: true });
    },
  };
}
