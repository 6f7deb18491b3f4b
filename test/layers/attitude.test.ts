import { describe, expect, it } from 'vitest';
import { ShapeError, tidy } from '../../src/index.js';
import { dataset } from '../../src/data/index.js';
import { dense, so3, unitQuaternion, type Layer } from '../../src/layers/index.js';
import { meanSquaredError } from '../../src/losses/index.js';
import { sequential } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

describe('attitude layers', () => {
  it('have the shapes of their operations', () => {
    expect(unitQuaternion().outputShape([4])).toEqual([4]);
    expect(unitQuaternion().outputShape([7, 4])).toEqual([7, 4]);
    expect(so3().outputShape([9])).toEqual([3, 3]);
    expect(so3().outputShape([3, 3])).toEqual([3, 3]);
    expect(() => unitQuaternion().outputShape([3])).toThrow(
      'unitQuaternion: expected input [batch, ..., 4], got [batch, 3]',
    );
    expect(() => so3().outputShape([4])).toThrow('so3: expected input [batch, 9] or [batch, 3, 3], got [batch, 4]');
    expect(() => sequential({ inputShape: [2] }, [dense({ units: 8 }), so3()])).toThrow(
      new ShapeError('sequential: so3_1: so3: expected input [batch, 9] or [batch, 3, 3], got [batch, 8]'),
    );
    expect(() => so3(wrong({ units: 9 }))).toThrow(
      typed(TypeError, /^so3: expected options .*, got unknown option 'units'$/),
    );
    expect(() => unitQuaternion(wrong(4))).toThrow(
      new TypeError('unitQuaternion: expected options to be an object, got 4'),
    );
  });

  it('predict quaternions and rotations', () => {
    const matrices = sequential({ inputShape: [3, 3] }, [so3()]);
    const quaternions = sequential({ inputShape: [4] }, [unitQuaternion()]);
    tidy(() => {
      const r = matrices.predict([[[0, -3, 0], [3, 0, 0], [0, 0, 1]]]); // prettier-ignore
      expectClose(r.data(), [0, -1, 0, 1, 0, 0, 0, 0, 1], 1e-6);
      expectClose(quaternions.predict([[0, 0, 3, 4]]).data(), [0, 0, 0.6, 0.8], 1e-6);
    });
    matrices.dispose();
    quaternions.dispose();
  });

  const planar = (head: Layer, size: number, target: (angle: number) => number[]) => async () => {
    // Attitudes about one axis from their sine and cosine.
    const angles = [...numbers(64, 3, -1.5, 1.5)];
    const data = dataset(
      angles.map((angle) => [Math.sin(angle), Math.cos(angle)]),
      angles.map(target),
    );
    const model = sequential({ inputShape: [2], seed: 1 }, [
      dense({ units: 16, activation: 'tanh' }),
      dense({ units: size }),
      head,
    ]);
    const loss = meanSquaredError();
    const before = model.evaluate(data, { loss }).loss;
    await model.fit(data, { loss, optimizer: adam({ learningRate: 0.02 }), epochs: 60, batchSize: 16 });
    const { loss: after } = model.evaluate(data, { loss });
    model.dispose();
    expect(after).toBeLessThan(Math.min(2e-3, before / 20));
  };

  it(
    'train with a quaternion head',
    planar(unitQuaternion(), 4, (angle) => [Math.cos(angle / 2), 0, 0, Math.sin(angle / 2)]),
  );
  it(
    'train with a rotation head',
    planar(so3(), 9, (angle) => {
      const [s, c] = [Math.sin(angle), Math.cos(angle)];
      return [c, -s, 0, s, c, 0, 0, 0, 1];
    }),
  );
});
