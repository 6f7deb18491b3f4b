import * as data from '../../../src/data/index.js';
import { method, type Callable, type Row, type Rows } from '../row.js';
import type { World } from '../world.js';

const LINES = 'a,b,c\n1,2,x\n3,4,y\n';

/** Data before training: datasets, files, scaling. */
export function dataRows(w: () => World): Rows {
  const row = (call: Callable, args: Row['args'], ...names: readonly string[]): Row => ({
    room: 'data',
    call,
    args,
    ...(names.length > 0 && { names }),
  });
  const scaler = data.standardize([[1, 2], [3, 5]]); // prettier-ignore
  const collect = async (source: unknown): Promise<readonly unknown[]> => {
    const all: unknown[] = [];
    if (source instanceof data.BatchSource) for await (const batch of source) all.push(batch);
    return all;
  };
  const sequences = [[[1], [2]], [[3], [4]]]; // prettier-ignore
  return {
    'data/BatchSource': { exempt: 'for types and instanceof: its constructor is internal' },
    'data/Dataset': { exempt: 'for types and instanceof: its constructor is internal' },
    'data/asTrainingData': { exempt: 'for fit and its like, which hand in their names' },
    'data/confusionMatrix': row(data.confusionMatrix, () => [
      [[0, 1, 1], [0, 1, 0], 2],
      [[[1, 0], [0, 1]], [[0.1, 0.2], [0.3, 0.1]], 2], // prettier-ignore
    ]),
    'data/classificationReport': row(data.classificationReport, () => [
      [[0, 1, 1], [0.2, 0.4, 0.6], { labels: ['a', 'b'], threshold: 0.5 }],
      [
        [0, 1, 2],
        [0, 1, 0],
      ],
    ]),
    'data/dataset': row(data.dataset, () => [
      [sequences, [0, 1], { lengths: [1, 2], weights: [1, 2] }],
      [w().x, { a: [0, 1], b: [1, 2] }, { weights: { a: [1, 2], b: [0, 1] } }],
      [new Float32Array(6), Int32Array.of(0, 1), { shape: [3] }],
      [w().x, w().indices],
      [[{ x: [[1]], y: [1] }]],
    ]),
    'batches of dataset': row(
      (batches: data.Batches) => collect(data.dataset(batches)),
      () => [[[{ x: sequences, y: [0, 1], lengths: [1, 2], weights: [1, 2] }, [sequences, [0, 1]]]]],
      'dataset',
    ),
    'a function of batches': row(
      (batches: Iterable<data.Batch>) => collect(data.dataset(() => batches)),
      () => [[[{ x: [[1]], y: [1] }]]],
      'dataset',
    ),
    'data/minMaxScale': row(data.minMaxScale, () => [[w().data, { min: 0, max: 2 }], [[[1, 2], [3, 5]]]]), // prettier-ignore
    'data/permutation': row(data.permutation, () => [[5, 1, 0]]),
    'data/polynomialFeatures': row(data.polynomialFeatures, () => [
      [[[1, 2], [3, 4]], 2, { includeBias: true }], // prettier-ignore
      [w().x, 2],
    ]),
    'data/readCsv': row(data.readCsv, () => [
      [LINES, { header: true, delimiter: ',', columns: ['a', 1], label: 'c' }],
      ['1;2\n3;4', { header: false, delimiter: ';', label: 0 }],
    ]),
    'data/readIdx': row(data.readIdx, () => [[new Uint8Array([0, 0, 8, 1, 0, 0, 0, 2, 7, 9])]]),
    'data/standardize': row(data.standardize, () => [[w().data], [[[1, 2], [3, 5]]]]), // prettier-ignore
    'data/trainTestSplit': row(data.trainTestSplit, () => [
      [w().data, { testFraction: 0.5, seed: 1 }],
      [w().data, { timeOrdered: true, stratified: false }],
    ]),
    'data/stream': row(
      async (source: Iterable<unknown>) => {
        const all: unknown[] = [];
        for await (const item of data.stream(source)) all.push(item);
        return all;
      },
      () => [[[1, 2, 3]], [w().data]],
      'stream',
    ),
    ...Object.fromEntries(
      (
        [
          ['batch', [2]],
          ['shuffle', [2, 1]],
          ['take', [2]],
          ['skip', [1]],
          ['prefetch', [2]],
          ['repeat', [2]],
          ['map', [(x: number) => x]],
          ['filter', [(x: number) => x > 1]],
        ] as const
      ).map(([name, args]) => [
        `Stream.${name}`,
        row(
          method(() => data.stream([1, 2, 3]), name),
          () => [args],
          name,
        ),
      ]),
    ),
    'Dataset.subset': row(
      method(() => w().data, 'subset'),
      () => [[[0, 3, 3]], [Uint32Array.of(1)]],
    ),
    'Dataset.slice': row(
      method(() => w().data, 'slice'),
      () => [[1, 3], [2]],
    ),
    'Dataset.copyRows': { exempt: 'in every training step: checks nothing, as its docstring says' },
    'Dataset.copyLengths': { exempt: 'in every training step: checks nothing, as its docstring says' },
    'Dataset.copyWeights': { exempt: 'in every training step: checks nothing, as its docstring says' },
    'Dataset.with': { exempt: 'internal' },
    'Scaler.apply': row(
      method(() => scaler, 'apply'),
      () => [[[[1, 2]]], [Float32Array.of(1, 2)]],
    ),
    'Scaler.invert': row(
      method(() => scaler, 'invert'),
      () => [[[[1, 2]]], [Float32Array.of(1, 2)]],
    ),
    'Scaler.toJSON': row(
      method(() => scaler, 'toJSON'),
      () => [[]],
    ),
    'data/Scaler': { exempt: 'its constructor is internal' },
    'Scaler.fromJSON': row((json) => data.Scaler.fromJSON(json), () => [[{ offset: [1, 2], scale: [3, 4] }]]), // prettier-ignore
  };
}
