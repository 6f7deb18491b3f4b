// The means of a gradient that has become 0 must not stay among subnormal numbers, which slow every step down.
import { expect, it } from 'vitest';
import { adam, rmsprop, sgd } from '../../src/optimizers/index.js';
import { tensor } from '../../src/tensors/creation.js';
import { withRuntime } from '../support/live.js';

withRuntime();

it.each([sgd({ momentum: 0.9 }), adam({ beta2: 0.9 }), rmsprop({ decay: 0.9, centered: true, momentum: 0.9 })])(
  'slots of $name reach 0 after a gradient has gone, those in use stay',
  (optimizer) => {
    const theta = tensor([1, 2, 3, 4, 5]);
    const state = optimizer.create([theta]);
    for (let step = 0; step < 1500; step++) {
      const alive = step < 3 ? 1e-3 : 0;
      const gradient = tensor([alive, -alive, 0.5, alive, 0]);
      state.prepare(step);
      state.update([gradient]);
      gradient.dispose();
    }
    for (const slot of state.slots.flat()) {
      const values = [...slot.data()];
      expect(values.filter((value) => value !== 0 && Math.abs(value) < 2 ** -126)).toEqual([]);
      expect(values[0]).toBe(0);
      expect(values[2]).not.toBe(0);
    }
    state.dispose();
    theta.dispose();
  },
);
