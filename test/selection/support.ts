import { dataset, type Dataset } from '../../src/data/index.js';
import { activation, dense } from '../../src/layers/index.js';
import { sequential, type Model } from '../../src/models/index.js';
import type { BuildContext } from '../../src/selection/index.js';

/** Points of the plane and whether they lie above a parabola. */
export function plane(n: number): Dataset {
  const x = Array.from({ length: n }, (_, i) => [((i * 37) % 41) / 20 - 1, ((i * 53) % 47) / 23 - 1]);
  return dataset(
    x,
    x.map(([a = 0, b = 0]) => [Number(b > a * a - 0.3)]),
  );
}

/** One hidden layer; refuses fewer than one unit, as layers do. */
export function smallNetwork(units: number, { seed }: Pick<BuildContext, 'seed'>): Model {
  return sequential({ inputShape: [2], seed }, [
    dense({ units }),
    activation('tanh'),
    dense({ units: 1, activation: 'sigmoid' }),
  ]);
}
