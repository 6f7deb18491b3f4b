import { activation } from '../layers/activation.js';
import { dense } from '../layers/dense.js';
import { dropout } from '../layers/dropout.js';
import { flatten } from '../layers/flatten.js';
import type { Layer } from '../layers/layer.js';
import { reshape } from '../layers/reshape.js';
import type { Factory } from './factory.js';

/** What makes a layer again from its configuration: the factory that made it. One line a kind. */
export const layerFactories: Readonly<Record<string, Factory<Layer>>> = {
  activation: (config: { activation: Parameters<typeof activation>[0] }) => activation(config.activation),
  dense,
  dropout,
  flatten,
  reshape,
};
