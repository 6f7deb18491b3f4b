// The element type of a tensor is part of its type: what each function gives, and what it does not take.
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  add,
  arange,
  argmax,
  broadcastTo,
  cast,
  compile,
  concat,
  equal,
  gather,
  grad,
  maximum,
  mean,
  mul,
  oneHot,
  pad,
  relu,
  reshape,
  slice,
  softmaxCrossEntropy,
  stack,
  sub,
  sum,
  tensor,
  transpose,
  valueAndGrad,
  vjp,
  where,
  zeros,
  type DType,
  type Tensor,
} from '../../src/index.js';
import { crossEntropy, meanSquaredError, type Loss } from '../../src/losses/index.js';
import { withRuntime } from '../support/live.js';
import { tidy } from '../../src/tensors/tidy.js';

type Floats = Float32Array<ArrayBuffer>;
type Whole = Int32Array<ArrayBuffer>;

withRuntime();

describe('tensors are made', () => {
  it('of f32, of i32, or of a type that is known when the program runs', () => {
    tidy(() => {
      expectTypeOf(tensor([1]).data()).toEqualTypeOf<Floats>();
      expectTypeOf(tensor(Float64Array.of(1))).toEqualTypeOf<Tensor>();
      expectTypeOf(tensor(Int32Array.of(1)).data()).toEqualTypeOf<Whole>();
      expectTypeOf(tensor([1], [1], 'i32').dtype).toEqualTypeOf<'i32'>();
      expectTypeOf(tensor(Int32Array.of(1), undefined, 'f32')).toEqualTypeOf<Tensor>();
      const made = (dtype: DType) => tensor([1], [1], dtype);
      expectTypeOf(made('i32').data()).toEqualTypeOf<Floats | Whole>();
      expectTypeOf(zeros([1])).toEqualTypeOf<Tensor>();
      expectTypeOf(arange(2)).toEqualTypeOf<Tensor>();
      expect(tensor(Int32Array.of(1)).data()).toBeInstanceOf(Int32Array);
      expect(tensor(Int32Array.of(1), undefined, 'f32').data()).toBeInstanceOf(Float32Array);
    });
  });
});

describe('operations', () => {
  it('keep the type of their operands', () => {
    tidy(() => {
      const [x, i] = [tensor([[1, 2]]), tensor([[1, 2]], [1, 2], 'i32')];
      for (const both of [add, sub, mul, maximum]) {
        expectTypeOf(both(x, 1)).toEqualTypeOf<Tensor>();
        expectTypeOf(both(2, i)).toEqualTypeOf<Tensor<'i32'>>();
        expectTypeOf(both(1, 2)).toEqualTypeOf<Tensor>();
        expect(both(2, i).data()).toBeInstanceOf(Int32Array);
      }
      const shaped = [reshape(i, [2]), slice(i, [0]), pad(i, [[0, 0], [0, 1]]), transpose(i), broadcastTo(i, [3, 2])] as const; // prettier-ignore
      for (const one of [
        ...shaped,
        concat([i, i]),
        stack([i, i]),
        where(x, i, 0),
        gather(i, tensor(Int32Array.of(0))),
      ]) {
        expectTypeOf(one.data()).toEqualTypeOf<Whole>();
        expect(one.data()).toBeInstanceOf(Int32Array);
      }
      expectTypeOf(reshape(x, [2])).toEqualTypeOf<Tensor>();
      expectTypeOf(gather(x, tensor(Int32Array.of(0)))).toEqualTypeOf<Tensor>();
    });
  });

  it('that change the type say so', () => {
    tidy(() => {
      const x = tensor([[1, 2]]);
      expectTypeOf(argmax(x)).toEqualTypeOf<Tensor<'i32'>>();
      expectTypeOf(cast(x, 'i32').data()).toEqualTypeOf<Whole>();
      expectTypeOf(equal(argmax(x), 1)).toEqualTypeOf<Tensor>();
      expectTypeOf(oneHot(argmax(x, 1), 2)).toEqualTypeOf<Tensor>();
      expect(cast(argmax(x), 'f32').data()).toEqual(Float32Array.of(1));
    });
  });

  it('refuse the other type before the program runs', () => {
    tidy(() => {
      const [x, i] = [tensor([1, 2]), tensor(Int32Array.of(1, 0))];
      // @ts-expect-error -- relu is of f32
      expect(() => relu(i)).toThrow('f32');
      // @ts-expect-error -- indices are i32
      expect(() => gather(x, x)).toThrow('i32');
      // @ts-expect-error -- mean is of f32
      expect(() => mean(i)).toThrow('f32');
    });
  });
});

describe('functions of tensors', () => {
  it('need no annotation where they are of f32', () => {
    tidy(() => {
      expectTypeOf(grad((x) => sum(mul(x, x)))(tensor([1, 2]))).toEqualTypeOf<Tensor>();
      const tree = { w: tensor([1]), layers: [tensor([2])] };
      const [value, gradients] = valueAndGrad(({ w, layers }: typeof tree) => sum(mul(w, layers[0] ?? 1)))(tree);
      expectTypeOf(value.data()).toEqualTypeOf<Floats>();
      expectTypeOf(gradients).toEqualTypeOf<typeof tree>();
      const [product, pull] = vjp(mul, [tensor([1]), tensor([2])]);
      expectTypeOf(product).toEqualTypeOf<Tensor>();
      expect(pull(tensor([1])).map((one) => one.item())).toEqual([2, 1]);
      pull.dispose();
    });
  });

  it('keep their types when compiled', () => {
    tidy(() => {
      const largest = compile((x: Tensor) => argmax(x));
      expectTypeOf(largest(tensor([1, 2])).data()).toEqualTypeOf<Whole>();
      expect(largest(tensor([1, 2])).data()).toEqual(Int32Array.of(1));
      largest.dispose();
    });
  });

  it('are losses, of class indices too', () => {
    tidy(() => {
      const own: Loss = (prediction, target) => sum(mul(prediction, target));
      const labels: Loss = (prediction, target: Tensor<DType>) => softmaxCrossEntropy(prediction, target);
      expectTypeOf(meanSquaredError()).toExtend<Loss>();
      const prediction = tensor([[0.5, 0.5]]);
      expect(crossEntropy()(prediction, tensor([1], [1], 'i32')).item()).toBeCloseTo(Math.LN2);
      expect(labels(prediction, tensor([[0, 1]])).item()).toBeCloseTo(Math.LN2);
      expect(own(prediction, tensor([[0, 1]])).item()).toBe(0.5);
    });
  });
});
