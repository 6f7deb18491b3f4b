import { dense, type Layer } from 'wasmgrad/layers';
import { adagrad, adam, rmsprop, sgd, type Optimizer, type Schedule } from 'wasmgrad/optimizers';
import type { Settings } from './messages.js';

/** The hidden dense layers that were asked for. */
export function hiddenLayers({ layers, width, activation }: Settings): Layer[] {
  const kernelInitializer = activation === 'relu' ? 'heNormal' : 'glorotUniform';
  return Array.from({ length: layers }, () => dense({ units: width, activation, kernelInitializer }));
}

const OPTIMIZERS: Readonly<Record<Settings['optimizer'], (learningRate: Schedule) => Optimizer>> = {
  adam: (learningRate) => adam({ learningRate }),
  sgd: (learningRate) => sgd({ learningRate }),
  momentum: (learningRate) => sgd({ learningRate, momentum: 0.9 }),
  rmsprop: (learningRate) => rmsprop({ learningRate }),
  adagrad: (learningRate) => adagrad({ learningRate }),
};

/** The optimiser by its name. Its learning rate is asked for at every step, so that it can be changed meanwhile. */
export function optimizerOf(name: Settings['optimizer'], learningRate: Schedule): Optimizer {
  return OPTIMIZERS[name](learningRate);
}
