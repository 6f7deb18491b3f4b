import { describe, expect, it } from 'vitest';
import { DisposedError, ShapeError } from '../../src/core/errors.js';
import { memory } from '../../src/runtime/init.js';
import { arange } from '../../src/tensors/arange.js';
import { full, tensor, zeros } from '../../src/tensors/creation.js';
import { isTensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';

describe('reading', () => {
  withRuntime();

  it('gives a fresh copy every time', () => {
    tidy(() => {
      const x = tensor([1, 2]);
      const data = x.data();
      data[0] = 9;
      expect([...x.data()]).toEqual([1, 2]);
      const before = x.data();
      full([2 ** 20], 1); // memory grows, copies stay
      expect([...before, ...x.data()]).toEqual([1, 2, 1, 2]);
    });
  });

  it('gives items and nested arrays', () => {
    tidy(() => {
      expect(tensor([[5]]).item()).toBe(5);
      expect(tensor(Int32Array.of(-3)).item()).toBe(-3);
      expect(tensor(2).toArray()).toBe(2);
      expect(
        tensor([
          [1, 2, 3],
          [4, 5, 6],
        ]).toArray(),
      ).toEqual([
        [1, 2, 3],
        [4, 5, 6],
      ]);
      expect(zeros([2, 0, 3]).toArray()).toEqual([[], []]);
      expect(() => tensor([1, 2]).item()).toThrow(new ShapeError('item: expected a tensor of one element, got [2]'));
      expect(() => tensor([]).item()).toThrow('item: expected a tensor of one element, got [0]');
    });
  });

  it('prints shape, type and the ends of long axes', () => {
    tidy(() => {
      expect(
        String(
          tensor([
            [1, 2.5],
            [3, -4],
          ]),
        ),
      ).toBe('Tensor([2, 2], f32) [[1, 2.5], [3, -4]]');
      expect(String(tensor(Int32Array.of(7)))).toBe('Tensor([1], i32) [7]');
      expect(String(tensor(0.1))).toBe('Tensor([], f32) 0.1');
      expect(String(arange(100))).toBe('Tensor([100], f32) [0, 1, 2, ..., 97, 98, 99]');
      expect(String(arange(6))).toBe('Tensor([6], f32) [0, 1, 2, 3, 4, 5]');
      expect(String(zeros([2, 0]))).toBe('Tensor([2, 0], f32) [[], []]');
      const x = tensor([1]);
      x.dispose();
      expect(String(x)).toBe('Tensor(disposed, [1])');
    });
  });

  it('is recognised', () => {
    tidy(() => {
      expect([tensor(1), 1, null, { shape: [] }].map(isTensor)).toEqual([true, false, false, false]);
    });
  });
});

describe('disposal', () => {
  withRuntime();

  it('frees memory once, however often it is asked to', () => {
    const { used } = memory();
    const x = tensor([1, 2, 3]);
    expect(memory()).toMatchObject({ used: used + 64, liveTensors: 1 });
    expect(x.disposed).toBe(false);
    {
      using same = x;
      expect(same.disposed).toBe(false);
    }
    expect(x.disposed).toBe(true);
    x.dispose();
    x.dispose();
    expect(memory()).toMatchObject({ used, liveTensors: 0 });
  });

  it('keeps memory until the last handle is gone', () => {
    const x = tensor([1, 2, 3, 4]);
    const { used } = memory();
    const [alias, view] = [x.alias(), x.view([2, 2], 'f32')];
    expect([alias.id === x.id, view.id === x.id]).toEqual([true, false]);
    x.dispose();
    alias.dispose();
    expect(memory().used).toBe(used);
    expect(view.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    view.dispose();
    expect(memory().used).toBeLessThan(used);
  });

  it('makes every later use an error', () => {
    const x = tensor([1]);
    x.dispose();
    for (const [name, use] of [
      ['data', () => x.data()],
      ['item', () => x.item()],
      ['toArray', () => x.toArray()],
      ['tensor', () => x.pointer()],
      ['tensor', () => x.alias()],
      ['tensor', () => x.address],
    ] as const) {
      expect(use).toThrow(new DisposedError(`${name}: expected a live tensor, got one of shape [1] after dispose()`));
    }
    expect([x.shape, x.size, x.dtype]).toEqual([[1], 1, 'f32']);
  });
});
