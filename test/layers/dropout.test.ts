import { describe, expect, it } from 'vitest';
import { grad, sum, tensor, tidy } from '../../src/index.js';
import { dense, dropout } from '../../src/layers/index.js';
import { sequential, type Model } from '../../src/models/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

const SIZE = 20_000;

/** What training makes of a row of ones. */
function dropped(model: Model, seed: number): Float32Array {
  return tidy(() =>
    Float32Array.from(model.apply({}, [new Array<number>(SIZE).fill(1)], { training: true, seed }).data()),
  );
}

describe('dropout', () => {
  it.each([0.1, 0.5, 0.8])('zeroes a share of %d and scales the rest', (rate) => {
    const model = sequential({ inputShape: [SIZE] }, [dropout({ rate })]);
    const y = dropped(model, 3);
    const kept = y.filter((value) => value !== 0);
    expect(new Set(kept).size).toBe(1);
    expect(kept[0]).toBeCloseTo(1 / (1 - rate), 5);
    const deviation = Math.sqrt((rate * (1 - rate)) / SIZE);
    expect(Math.abs(1 - kept.length / SIZE - rate)).toBeLessThan(5 * deviation);
    // Neighbours know nothing of each other.
    let both = 0;
    for (let i = 1; i < SIZE; i++) both += Number(y[i] === 0 && y[i - 1] === 0);
    expect(Math.abs(both / SIZE - rate * rate)).toBeLessThan(5 * rate * Math.sqrt(2 / SIZE));
    model.dispose();
  });

  it('draws the same under the same seed, other elements under another and in every layer', () => {
    const one = sequential({ inputShape: [SIZE] }, [dropout({ rate: 0.5 })]);
    const two = sequential({ inputShape: [SIZE] }, [dropout({ rate: 0.5 }), dropout({ rate: 0.5 })]);
    expect(dropped(one, 3)).toEqual(dropped(one, 3));
    expect(dropped(one, 3)).not.toEqual(dropped(one, 4));
    const kept = dropped(two, 3).filter((value) => value !== 0).length;
    expect(Math.abs(kept / SIZE - 0.25)).toBeLessThan(0.03); // 0.5 if both drew alike
    one.dispose();
    two.dispose();
  });

  it('does nothing in prediction, nor at rate 0', () => {
    const model = sequential({ inputShape: [4] }, [dropout({ rate: 0.9 })]);
    const idle = sequential({ inputShape: [SIZE] }, [dropout({ rate: 0 })]);
    const y = model.predict([[1, 2, 3, 4]]);
    expect(y.toArray()).toEqual([[1, 2, 3, 4]]);
    y.dispose();
    expect(dropped(idle, 1)).toEqual(new Float32Array(SIZE).fill(1));
    model.dispose();
    idle.dispose();
  });

  it('passes gradients through what it kept alone', () => {
    const model = sequential({ inputShape: [50] }, [dropout({ rate: 0.4 })]);
    tidy(() => {
      const x = tensor(new Float32Array(50).fill(2), [1, 50]);
      const y = model.apply({}, x, { training: true, seed: 8 });
      const dx = grad((input: typeof x) => sum(model.apply({}, input, { training: true, seed: 8 })))(x);
      expect(dx.data()).toEqual(y.data().map((value) => value / 2));
    });
    model.dispose();
  });

  it('needs a seed to train by apply, and a rate in [0, 1)', () => {
    const model = sequential({ inputShape: [4] }, [dropout({ rate: 0.5 }), dense({ units: 1 })]);
    const weights = Object.fromEntries(model.weights.map(({ name, tensor: value }) => [name, value]));
    expect(() => model.apply(weights, [[1, 2, 3, 4]], { training: true })).toThrow(
      new TypeError('apply: dropout: expected a seed when training, got none'),
    );
    model.dispose();
    for (const rate of [1, -0.1, NaN])
      expect(() => dropout({ rate })).toThrow(
        typed(RangeError, /^dropout: expected rate to be a finite number >= 0 and < 1, got .*$/),
      );
    expect(() => dropout(wrong({}))).toThrow(
      new TypeError('dropout: expected rate to be a finite number >= 0 and < 1, got undefined'),
    );
    expect(() => dropout(wrong({ rate: 0.1, p: 1 }))).toThrow(
      typed(TypeError, /^dropout: expected options .*, got unknown option 'p'$/),
    );
  });
});
