import { describe, expect, it } from 'vitest';
import { DisposedError } from '../../src/core/errors.js';
import { memory } from '../../src/runtime/init.js';
import * as kernels from '../../src/runtime/generated/kernels.js';
import { call } from '../../src/runtime/kernels.js';
import { activeRecorder, record } from '../../src/runtime/recorder.js';
import { tensor } from '../../src/tensors/creation.js';
import { detach } from '../../src/tensors/scope.js';
import { Tensor } from '../../src/tensors/tensor.js';
import { withRuntime } from '../support/live.js';

const double = (from: Tensor, to: Tensor): void => {
  call(kernels.scaleMap, from.pointer(), to.pointer(), 2, 1, 0, from.size);
};

describe('record', () => {
  withRuntime();

  it('runs nothing while it records, and everything when the program runs', () => {
    const [x, y] = [tensor([1, 2, 3]), tensor([0, 0, 0])];
    const { program } = record(() => {
      double(x, y);
      double(y, y);
    });
    expect(y.toArray()).toEqual([0, 0, 0]);
    expect(program.run()).toBe(0);
    expect(y.toArray()).toEqual([7, 11, 15]);
    program.run();
    expect(y.toArray()).toEqual([7, 11, 15]);
    program.dispose();
    program.dispose();
    expect(() => program.run()).toThrow(new DisposedError('program: expected a live program, got one after dispose()'));
    x.dispose();
    y.dispose();
  });

  it('passes every kind of argument on: pointers, integers, floats, ranges', () => {
    const [counts, floats] = [tensor([0, 0, 0], [3], 'i32'), tensor([9, 9, 9, 9, 9])];
    const { program } = record(() => {
      call(kernels.fillI32, counts.pointer(), -5, 0, 3);
      call(kernels.fill, floats.pointer(), 0.1, 1, 4);
    });
    program.run();
    expect(counts.toArray()).toEqual([-5, -5, -5]);
    expect([...floats.data()]).toEqual([9, 0.1, 0.1, 0.1, 9].map(Math.fround));
    program.dispose();
    counts.dispose();
    floats.dispose();
  });

  it('gives a freed block to the next request of about its size', () => {
    const { program, result } = record(() => {
      const first = detach(Tensor.allocate([100]));
      const at = first.pointer();
      first.dispose();
      const [same, other, tiny] = [Tensor.allocate([90]), Tensor.allocate([100]), Tensor.allocate([1])];
      const found = [same.pointer() === at, other.pointer() === at, tiny.pointer() === at];
      for (const each of [same, other, tiny]) each.dispose();
      return found;
    });
    expect(result).toEqual([true, false, false]);
    program.dispose();
  });

  it('never gives a block to a request that is larger', () => {
    const { program, result } = record(() => {
      const [small, wall] = [Tensor.allocate([70]), Tensor.allocate([1])];
      const at = small.pointer();
      small.dispose();
      const larger = Tensor.allocate([71]);
      const found = larger.pointer() === at;
      larger.dispose();
      wall.dispose();
      return found;
    });
    expect(result).toBe(false);
    program.dispose();
  });

  it('keeps memory from outside out of reuse, and alive', () => {
    const { used } = memory();
    const x = tensor([1, 2, 3]);
    const y = tensor([0, 0, 0]);
    const { program } = record(() => {
      const at = x.pointer();
      x.dispose();
      const fresh = Tensor.allocate([3]);
      expect(fresh.pointer()).not.toBe(at);
      call(kernels.scaleMap, at, y.pointer(), 2, 1, 0, 3);
      fresh.dispose();
    });
    const other = tensor([8, 8, 8]);
    program.run();
    expect(y.toArray()).toEqual([3, 5, 7]);
    expect(other.toArray()).toEqual([8, 8, 8]);
    program.dispose();
    y.dispose();
    other.dispose();
    expect(memory().used).toBe(used);
  });

  it('keeps records apart from blocks over many of them', () => {
    const x = tensor([1]);
    const { program } = record(() => {
      for (let i = 0; i < 1000; i++) call(kernels.scaleMap, x.pointer(), x.pointer(), 1, 1, 0, 1); // more than the first 4 KiB
    });
    program.run();
    program.run();
    expect(x.item()).toBe(2001);
    program.dispose();
    x.dispose();
  });

  it('may be empty', () => {
    const { program, result } = record(() => 'nothing');
    expect([program.run(), result]).toEqual([0, 'nothing']);
    program.dispose();
  });

  it('gives everything back when the body throws, and does not nest', () => {
    const x = tensor([1]);
    const { used } = memory();
    expect(() =>
      record(() => {
        const inside = Tensor.allocate([1000]);
        double(x, inside);
        inside.dispose();
        throw new Error('on purpose');
      }),
    ).toThrow('on purpose');
    expect(activeRecorder()).toBeUndefined();
    expect(memory().used).toBe(used);
    expect(() => record(() => record(() => 1))).toThrow('record: a recording is already under way');
    expect(activeRecorder()).toBeUndefined();
    expect(memory().used).toBe(used);
    x.dispose();
  });
});
