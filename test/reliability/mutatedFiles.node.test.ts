// Damaged files of every format: an error of the library's, or what was written. Nothing is lost, nothing traps.
import { expect } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import { dataset, readCsv, readIdx, type Dataset } from '../../src/data/index.js';
import { elementBytes, fileDTypes } from '../../src/io/dtypes.js';
import { loadModel, loadOptimizer, readMetadata, readTensors, saveModel, type WeightPrecision } from '../../src/io/index.js'; // prettier-ignore
import { decodeSnapshot, encodeSnapshot } from '../../src/io/snapshotFile.js';
import { crossEntropy } from '../../src/losses/index.js';
import type { Model, TrainingSnapshot } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { graphs } from '../io/graphs.js';
import { container, smallModel, withoutHash } from '../io/support.js';
import { withRuntime } from '../support/live.js';
import { mutated } from './support/mutations.js';
import { member, nothingLost, randomNumbers, type Sizes, type Tally } from './support/member.js';

withRuntime();

const sizes: Sizes = { short: 300, long: 10_000 };

/**
 * Mutates a file so often. `read` gives something to compare with what the whole file gives, or throws a FormatError.
 * A file with a hash that is read must give the same.
 */
function attack(
  bytes: Uint8Array,
  read: (bytes: Uint8Array) => unknown,
  { isHashed }: { readonly isHashed: boolean },
): (count: number, tally: Tally) => void {
  return (count, tally) => {
    const whole = read(bytes);
    for (let round = 0; round < count; round++) {
      const damaged = mutated(bytes, randomNumbers(round));
      const result = nothingLost(`round ${round}`, () => {
        try {
          return { found: read(damaged) };
        } catch (error) {
          expect(error, `round ${round}`).toBeInstanceOf(FormatError);
          return undefined;
        }
      });
      if (!result) tally.add('refused');
      else if (JSON.stringify(result.found) === JSON.stringify(whole)) tally.add('read as written');
      else {
        tally.add('read otherwise');
        expect(isHashed, `round ${round} was read otherwise`).toBe(false);
      }
    }
    expect(tally.count('refused')).toBeGreaterThan(0);
  };
}

/** A model in a file, as its own bytes; it must predict. */
function readModel(bytes: Uint8Array): number[] {
  using model = loadModel(bytes);
  const predictor = model.predictor({ batchSize: 1 });
  try {
    const { inputShape, network } = model;
    const count = (shape: readonly number[]): number => shape.reduce((size, axis) => size * axis, 1);
    const outputs = network.outputShapes ?? [network.outputShape];
    const output = new Float32Array(outputs.reduce((sum, shape) => sum + count(shape), 0));
    predictor(new Float32Array(count(inputShape)), output);
  } finally {
    predictor.dispose();
  }
  return Array.from(saveModel(model));
}

function savedBytes(make: () => Model, weights: WeightPrecision = 'f32'): Uint8Array {
  using model = make();
  return saveModel(model, { optimizer: adam({ learningRate: 0.01 }), weights });
}

const models: Readonly<Record<string, () => Model>> = { 'a row of layers': smallModel, ...graphs };
for (const [name, make] of Object.entries(models)) {
  member(`a model, ${name}`, sizes, (count, tally) => attack(savedBytes(make), readModel, { isHashed: true })(count, tally)); // prettier-ignore
  member(`a model without a hash, ${name}`, sizes, (count, tally) => attack(withoutHash(savedBytes(make)), readModel, { isHashed: false })(count, tally)); // prettier-ignore
}

for (const weights of ['f16', 'int8'] as const) {
  member(`a model of ${weights}`, sizes, (count, tally) => attack(savedBytes(smallModel, weights), readModel, { isHashed: true })(count, tally)); // prettier-ignore
  member(`a model of ${weights} without a hash`, sizes, (count, tally) => attack(withoutHash(savedBytes(smallModel, weights)), readModel, { isHashed: false })(count, tally)); // prettier-ignore
}

/** A file with a tensor of each element type. */
function tensorsOfAllTypes(): Uint8Array {
  let end = 0;
  const sorted = [...fileDTypes].sort((a, b) => elementBytes(b) - elementBytes(a));
  const entries = sorted.map((dtype): [string, unknown] => {
    const begin = end;
    end += 6 * elementBytes(dtype);
    return [dtype, { dtype, shape: [2, 3], data_offsets: [begin, end] }];
  });
  // Small whole numbers of every type, little-endian.
  const body = Uint8Array.from({ length: end }, (_, i) => (i % 8 === 0 ? i : 0));
  return container(JSON.stringify(Object.fromEntries([['__metadata__', { note: 'text' }], ...entries])), body);
}

/** Tensors in a file, as their shapes and values. */
function readAll(bytes: Uint8Array): unknown {
  const tensors = Object.entries(readTensors(bytes));
  const found = tensors.map(([name, { shape, dtype, size }]) => [name, shape, dtype, size]);
  for (const [, tensor] of tensors) tensor.dispose();
  return [found, readMetadata(bytes)];
}

member('tensors of all types', sizes, (count, tally) => {
  attack(tensorsOfAllTypes(), readAll, { isHashed: false })(count, tally);
});

member('an optimizer', sizes, (count, tally) => {
  attack(savedBytes(smallModel), (bytes) => loadOptimizer(bytes)?.config, { isHashed: true })(count, tally);
});

async function snapshotBytes(): Promise<Uint8Array> {
  using model = smallModel();
  const data: Dataset = dataset([[1, 2, 3], [4, 5, 6], [0, 1, 0]], Int32Array.of(0, 1, 1)); // prettier-ignore
  let taken: TrainingSnapshot | undefined;
  const callbacks = [{ onEpochEnd: (_: unknown, control: { snapshot(): TrainingSnapshot }) => void (taken = control.snapshot()) }]; // prettier-ignore
  await model.fit(data, { loss: crossEntropy(), optimizer: adam(), batchSize: 1, epochs: 2, callbacks });
  if (!taken) throw new Error('no snapshot');
  return encodeSnapshot(taken);
}

member('a checkpoint', sizes, async (count, tally) => {
  attack(await snapshotBytes(), decodeSnapshot, { isHashed: true })(count, tally);
});

member('a checkpoint without a hash', sizes, async (count, tally) => {
  attack(withoutHash(await snapshotBytes()), decodeSnapshot, { isHashed: false })(count, tally);
});

/** All of a table must be numbers. */
function readTable(bytes: Uint8Array): unknown {
  const { data, columns, classes } = readCsv(new TextDecoder().decode(bytes), { label: 'kind' });
  expect(data.x.every(Number.isFinite)).toBe(true);
  expect(data.x.length).toBe(data.size * columns.length);
  return { x: Array.from(data.x), y: Array.from(data.y ?? []), columns, classes };
}

member('a table in CSV', sizes, (count, tally) => {
  const lines = Array.from({ length: 12 }, (_, i) => `${i / 7},"${-i}e-3",${i % 3 ? 'iris' : '"a ""rose"""'}`);
  const bytes = new TextEncoder().encode(`length,width,kind\r\n${lines.join('\n')}\n`);
  const read = (damaged: Uint8Array): unknown => {
    try {
      return readTable(damaged);
    } catch (error) {
      // The name of the label may be what was damaged.
      if (error instanceof RangeError && error.message.startsWith('readCsv: expected a column of')) throw new FormatError(error.message); // prettier-ignore
      throw error;
    }
  };
  attack(bytes, read, { isHashed: false })(count, tally);
});

member('images in IDX', sizes, (count, tally) => {
  const bytes = new Uint8Array([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, ...Array(24).keys()]);
  const read = (damaged: Uint8Array): unknown => {
    const { shape, data } = readIdx(damaged);
    expect(data.length).toBe(shape.reduce((size, axis) => size * axis, 1));
    return { shape, data: Array.from(data) };
  };
  attack(bytes, read, { isHashed: false })(count, tally);
});
