import { dense } from '../../../src/layers/index.js';
import { sequential, type Model } from '../../../src/models/index.js';

/** A model of 2 MB, which takes a while to write. */
export function largerModel(seed: number): Model {
  return sequential({ inputShape: [500], seed }, [dense({ units: 1000 })]);
}
