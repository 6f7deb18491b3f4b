import { describe, expect, it } from 'vitest';
import { DTypeError, ShapeError } from '../../../src/core/errors.js';
import { augment, dataset, type AugmentOptions, type Dataset } from '../../../src/data/index.js';
import { conv2d, dense, flatten } from '../../../src/layers/index.js';
import { crossEntropy } from '../../../src/losses/index.js';
import { sequential } from '../../../src/models/index.js';
import { adam } from '../../../src/optimizers/index.js';
import { withRuntime } from '../../support/live.js';
import { typed } from '../../support/typed.js';
import { wrong } from '../../support/wrong.js';

withRuntime();

const [HEIGHT, WIDTH, ROWS] = [6, 5, 24];
const x = Float32Array.from({ length: ROWS * HEIGHT * WIDTH }, (_, i) => ((i * 7919) % 101) / 100);
const labels = Int32Array.from({ length: ROWS }, (_, i) => i % 3);
const oneHot = Array.from(labels, (label) => [0, 1, 2].map((k) => Number(k === label)));
const images = (y: Int32Array | number[][] = labels): Dataset => dataset(x, y, { shape: [HEIGHT, WIDTH, 1] });
const every = Array.from({ length: ROWS }, (_, i) => i);
const changed = (options: AugmentOptions, epoch = 0): Float32Array =>
  augment(options)(images()).augmented(every, epoch).x;
const rowOf = (values: Float32Array, row: number): number[] => [
  ...values.subarray(row * HEIGHT * WIDTH, (row + 1) * HEIGHT * WIDTH),
];
const original = (row: number): number[] => rowOf(x, row);
const reversed = (row: readonly number[], width: number): number[] =>
  row.map((_, i) => row[Math.floor(i / width) * width + (width - 1 - (i % width))] ?? NaN);

describe('augment', () => {
  it('does nothing without options, and never to the data itself', () => {
    const before = x.slice();
    expect(changed({})).toEqual(x);
    const data = augment({ rotate: 30, contrast: 0.5, mixup: 0.3 })(images(oneHot));
    void data.augmented(every, 3);
    expect(x).toEqual(before);
    expect(data.x).toBe(x);
    expect(data.slice(1, 2).x).toEqual(x.subarray(30, 60));
    expect(data.subset([1]).x).toEqual(x.slice(30, 60));
  });

  it('flips about half of the images, exactly', () => {
    const [left, top] = [changed({ flip: true }), changed({ flip: 'vertical' })];
    const count = (values: Float32Array, flipped: (row: number) => number[]): number =>
      every.filter((row) => {
        const is = String(rowOf(values, row)) === String(flipped(row));
        expect(is || String(rowOf(values, row)) === String(original(row))).toBe(true);
        return is;
      }).length;
    for (const flips of [
      count(left, (row) => reversed(original(row), WIDTH)),
      count(top, (row) => upsideDown(original(row))),
    ]) {
      expect(flips).toBeGreaterThan(4);
      expect(flips).toBeLessThan(20);
    }
  });

  it('crop shifts by whole pixels; what comes in is the fill or the edge', () => {
    const data = changed({ crop: 2, fill: -1 });
    const shifts = every.map((row) => {
      const found = rowOf(data, row);
      for (let dy = -2; dy <= 2; dy++)
        for (let dx = -2; dx <= 2; dx++)
          if (String(shifted(original(row), dy, dx, -1)) === String(found)) return `${dy} ${dx}`;
      return 'none';
    });
    expect(shifts).not.toContain('none');
    expect(new Set(shifts).size).toBeGreaterThan(8);
    expect(Math.min(...changed({ crop: 2 }))).toBeGreaterThanOrEqual(0);
  });

  it('contrast and brightness change the values as the formula says', () => {
    const bright = changed({ brightness: 0.5 });
    for (const row of every) {
      const offsets = rowOf(bright, row).map((value, i) => value - (original(row)[i] ?? NaN));
      expect(Math.max(...offsets) - Math.min(...offsets)).toBeLessThan(1e-6);
      expect(Math.abs(offsets[0] ?? NaN)).toBeLessThanOrEqual(0.5);
    }
    const contrast = changed({ contrast: 0.4 });
    const meanOf = (row: readonly number[]): number => row.reduce((sum, value) => sum + value / row.length, 0);
    for (const row of every) expect(meanOf(rowOf(contrast, row))).toBeCloseTo(meanOf(original(row)), 5);
  });

  it('turns, zooms and shifts stay within the image at its edges', () => {
    for (const options of [{ rotate: 180 }, { zoom: 0.9 }, { shift: 0.5 }, { shift: [0.1, 0.9] as const }]) {
      const values = changed(options);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...values)).toBeLessThanOrEqual(1);
      expect(values).not.toEqual(x);
    }
  });

  it('a turn by 180 degrees is a flip of both axes', () => {
    // Whatever the angle, a constant image stays constant, and the centre of a 3 x 3 image where it is
    const center = dataset(new Float32Array([0, 0, 0, 0, 1, 0, 0, 0, 0]), [0], { shape: [3, 3] });
    for (let epoch = 0; epoch < 9; epoch++)
      expect(augment({ rotate: 180, zoom: 0.3 })(center).augmented([0], epoch).x[4]).toBeCloseTo(1, 6);
  });

  it('mixes images and targets in the same parts', () => {
    const { x: mixed, y } = augment({ mixup: 0.5 })(images(oneHot)).augmented(every, 1);
    for (const row of every) {
      const targets = [...(y ?? [])].slice(3 * row, 3 * row + 3);
      expect(targets.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
      const own = labels[row] ?? 0;
      const share = targets[own] ?? NaN;
      const partners = every.filter((other) =>
        targets.every(
          (t, k) =>
            Math.abs(t - (k === own ? share : labels[other] === k ? 1 - share : 0)) < 1e-6 || labels[other] === own,
        ),
      );
      expect(partners.length).toBeGreaterThan(0);
    }
    expect(mixed).not.toEqual(x);
  });

  it('depends on seed, epoch and row alone', () => {
    const options = { rotate: 20, shift: 0.2, flip: true, brightness: 0.1 };
    const [a, b] = [changed({ ...options, seed: 1 }, 4), changed({ ...options, seed: 1 }, 4)];
    expect(b).toEqual(a);
    expect(changed({ ...options, seed: 2 }, 4)).not.toEqual(a);
    expect(changed({ ...options, seed: 1 }, 5)).not.toEqual(a);
    const one = augment({ ...options, seed: 1 })(images()).augmented([7, 3], 4).x;
    expect(rowOf(one, 0)).toEqual(rowOf(a, 7));
    expect(rowOf(one, 1)).toEqual(rowOf(a, 3));
  });

  it.each<[unknown, unknown]>([
    [{ flip: 'left' }, typed(TypeError, /^augment: expected flip to be true, false, /)],
    [{ shift: 1 }, typed(RangeError, /^augment: expected shift to be a finite number >= 0 and < 1, got 1$/)],
    [{ shift: [0, 0, 0] }, typed(RangeError, /^augment: expected shift to be a number or \[height, width\]/)],
    [{ zoom: 1 }, typed(RangeError, /^augment: expected zoom /)],
    [{ rotate: -1 }, typed(RangeError, /^augment: expected rotate /)],
    [{ fill: 'black' }, typed(TypeError, /^augment: expected fill to be a finite number, got 'black'$/)],
    [{ rotation: 3 }, typed(TypeError, /unknown option 'rotation'$/)],
  ])('refuses %j', (options, error) => {
    expect(() => augment(wrong(options))).toThrow(error);
  });

  it('refuses what are no images, and to mix class indices', () => {
    expect(() => augment()(dataset([[1, 2]], [0]))).toThrow(
      typed(ShapeError, /^augment: expected rows of shape \[height, width\]/),
    );
    expect(() => augment({ mixup: 0.2 })(images())).toThrow(
      new DTypeError('augment: expected targets that can be mixed, such as one-hot rows, got class indices'),
    );
    expect(() => augment()(wrong(3))).toThrow(typed(TypeError, /^augment: expected data made by dataset/));
  });
});

function upsideDown(row: readonly number[]): number[] {
  return row.map((_, i) => row[(HEIGHT - 1 - Math.floor(i / WIDTH)) * WIDTH + (i % WIDTH)] ?? NaN);
}

function shifted(row: readonly number[], dy: number, dx: number, fill: number): number[] {
  return row.map((_, i) => {
    const [y, z] = [Math.floor(i / WIDTH) - dy, (i % WIDTH) - dx];
    return y >= 0 && y < HEIGHT && z >= 0 && z < WIDTH ? (row[y * WIDTH + z] ?? NaN) : fill;
  });
}

describe('fit', () => {
  const options = { rotate: 15, shift: 0.1, flip: true, mixup: 0.2, seed: 3 };
  const fit = { loss: crossEntropy(), optimizer: adam({ learningRate: 0.01 }), batchSize: 7, epochs: 3 };
  const build = () => sequential({ inputShape: [HEIGHT, WIDTH, 1], seed: 1 }, [conv2d({ filters: 2, kernelSize: 3 }), flatten(), dense({ units: 3, activation: 'softmax' })]); // prettier-ignore
  const trained = async (given: Dataset, more: object): Promise<unknown> => {
    using model = build();
    const { epochs } = await model.fit(given, { ...fit, ...more });
    return [model.getWeights(), epochs.map(({ loss, valLoss }) => [loss, valLoss])];
  };

  it('gives the same bits in a worker, over shared memory too, and other ones than without', async () => {
    const here = await trained(images(oneHot), { augment: augment(options) });
    expect(await trained(images(oneHot), { augment: augment(options), worker: true })).toEqual(here);
    expect(await trained(augment(options)(images(oneHot)), {})).toEqual(here);
    const shared = new Float32Array(new SharedArrayBuffer(x.byteLength));
    shared.set(x);
    const data = dataset(shared, oneHot, { shape: [HEIGHT, WIDTH, 1] });
    expect(await trained(data, { augment: augment(options), worker: true })).toEqual(here);
    expect(shared).toEqual(x);
    expect(await trained(images(oneHot), {})).not.toEqual(here);
  });

  it('leaves validation rows as they are', async () => {
    using model = build();
    const { epochs } = await model.fit(images(oneHot), {
      ...fit,
      epochs: 1,
      validationSplit: 0.5,
      augment: augment(options),
    });
    expect(model.evaluate(images(oneHot).slice(12), { loss: fit.loss }).loss).toBeCloseTo(epochs[0]?.valLoss ?? NaN, 6);
  });

  it('goes on where it was after a snapshot', async () => {
    using whole = build();
    await whole.fit(images(oneHot), { ...fit, augment: augment(options) });
    using parted = build();
    const snapshots: object[] = [];
    const callbacks = [{ onEpochEnd: (_: unknown, control: { snapshot(): object; stop(): void }) => { snapshots.push(control.snapshot()); control.stop(); } }]; // prettier-ignore
    await parted.fit(images(oneHot), { ...fit, augment: augment(options), callbacks });
    await parted.fit(images(oneHot), { ...fit, augment: augment(options), from: wrong(snapshots[0]) });
    expect(parted.getWeights()).toEqual(whole.getWeights());
  });

  it('refuses what is no augmentation', async () => {
    using model = build();
    await expect(model.fit(images(), { ...fit, augment: wrong({ flip: true }) })).rejects.toThrow(
      typed(TypeError, /^fit: expected augment to be a function/),
    );
  });
});
