import * as data from '../../../src/data/index.js';
import { method, type Callable, type Row, type Rows } from '../row.js';

/** Images, their augmentation, and sequences. */
export function imageAndSequenceRows(): Rows {
  const row = (call: Callable, args: Row['args'], more?: Partial<Row>): Row => ({ room: 'data', call, args, ...more });
  const pixels = (): object => ({ data: new Uint8Array([1, 2, 3, 4]), width: 2, height: 2 });
  const images = (): data.Dataset => data.dataset(new Float32Array(8), [[1, 0], [0, 1]], { shape: [2, 2] }); // prettier-ignore
  const augment = data.augment({ flip: 'both', rotate: 9, mixup: 0.2, seed: 1 });
  const words = data.tokenizer({ by: 'word', vocabularySize: 3, unknown: 'token', lowercase: true }).fit('a b a');
  return {
    'data/fromPixels': row(data.fromPixels, () => [
      [pixels(), { channels: 1, scale: 1, antialias: false }],
      [pixels(), { size: [3, 1] }],
      [pixels(), { size: 3 }],
    ], { skip: (key, label) => /size/.test(key) && /\d{4}/.test(label) }), // prettier-ignore
    'data/toPixels': row(data.toPixels, () => [[[[0, 1]], { scale: 255 }]]),
    'data/augment': row(data.augment, () => [
      [{ flip: true, shift: 0.1, rotate: 10, zoom: 0.1, crop: 1, contrast: 0.1, brightness: 0.1, mixup: 0.2 }],
      [{ shift: [0, 0.5], fill: 0, seed: 3 }],
    ]),
    'what augment returns': row(augment, () => [[images()]], { names: ['augment'] }),
    'AugmentedDataset.augmented': row(
      method(() => augment(images()), 'augmented'),
      () => [[[0, 1, 1], 3]],
    ),
    'data/pad': row(data.pad, () => [
      [[[1, 2, 3], [4]], { length: 2, value: -1, side: 'start', truncate: 'start' }],
      [[[[1, 2]], [[3, 4], [5, 6]]]],
    ], { skip: (key, label) => /length/.test(key) && /\d{7}/.test(label) }), // prettier-ignore
    'data/windows': row(data.windows, () => [
      [[1, 2, 3, 4, 5], { length: 2, horizon: 1, stride: 1 }],
      [[[1, 2], [3, 4], [5, 6]], { length: 1, target: [1] }], // prettier-ignore
    ]),
    'data/tokenizer': row(data.tokenizer, () => [
      [{ by: 'character', vocabularySize: 5, unknown: 'skip', lowercase: false }],
    ]),
    'data/Tokenizer': { exempt: 'its constructor is private' },
    'Tokenizer.fit': row(
      method(() => data.tokenizer(), 'fit'),
      () => [['a b'], [['a b', 'c']]],
    ),
    'Tokenizer.encode': row(
      method(() => words, 'encode'),
      () => [['a b'], [['a b', 'c']]],
    ),
    'Tokenizer.decode': row(
      method(() => words, 'decode'),
      () => [[[0, 1, 2]]],
    ),
    'Tokenizer.toJSON': row(
      method(() => words, 'toJSON'),
      () => [[]],
    ),
    'Tokenizer.fromJSON': row(
      (json) => data.Tokenizer.fromJSON(json),
      () => [[words.toJSON()]],
    ),
  };
}
