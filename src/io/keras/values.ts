// Activations, initialisers and regularisers of Keras' as those of the library.
import { show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import type { Activation } from '../../layers/activations.js';
import type { Initializer } from '../../layers/initializers.js';
import { maxNorm, minMaxNorm, nonNegative, unitNorm, type NamedConstraint } from '../../layers/constraints.js';
import type { Penalty } from '../../layers/regularizers.js';
import { Config } from './config.js';

/** `HeNormal` and `he_normal` as `henormal`. */
function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  linear: 'linear',
  relu: 'relu',
  relu6: 'relu6',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  softmax: 'softmax',
  elu: 'elu',
  selu: 'selu',
  celu: 'celu',
  gelu: 'gelu',
  gelunew: { name: 'gelu', approximate: 'tanh' },
  silu: 'silu',
  swish: 'silu',
  softplus: 'softplus',
  softsign: 'softsign',
  mish: 'mish',
  exponential: 'exponential',
  leakyrelu: 'leakyRelu',
  hardsilu: 'hardSwish',
  hardswish: 'hardSwish',
};

/** An activation that is a layer of Keras'. */
function fromLayer(name: string, config: Config): Activation | undefined {
  if (name === 'leakyrelu')
    return { name: 'leakyRelu', slope: config.maybeNumber('negative_slope') ?? config.number('alpha', 0.3) };
  if (name === 'elu') return { name: 'elu', alpha: config.number('alpha', 1) };
  if (name === 'relu' && [0, undefined].includes(config.maybeNumber('negative_slope')))
    return config.maybeNumber('max_value') === 6 ? 'relu6' : config.get('max_value') === undefined ? 'relu' : undefined;
  return name === 'softmax' ? 'softmax' : undefined;
}

/** The activation under a key. `slope` is that of the hard sigmoid, which differs between versions. */
export function activationOf(config: Config, key: string, slope: number, standard = 'linear'): Activation {
  let given = config.get(key) ?? standard;
  if (typeof given === 'object') {
    const entry = new Config(`${config.where}: ${key}`, given);
    const options = entry.get('config') ?? {};
    if (typeof options !== 'string') {
      const name = plain(entry.text('class_name'));
      const found = fromLayer(name, new Config(`${config.where}: ${key}`, options));
      if (found !== undefined) return found;
    }
    given = typeof options === 'string' ? options : entry.text('class_name');
  }
  if (typeof given !== 'string') config.refuse(key, 'an activation');
  const name = plain(given);
  if (name === 'hardsigmoid') return { name: 'hardSigmoid', slope };
  const found = Object.hasOwn(ACTIVATIONS, name) ? ACTIVATIONS[name] : undefined;
  return found ?? refuse(FormatError, config.where, `an activation that the library has`, show(given));
}

const INITIALIZERS: Readonly<Record<string, Initializer>> = {
  zeros: 'zeros',
  ones: 'ones',
  glorotuniform: 'glorotUniform',
  glorotnormal: 'glorotNormal',
  heuniform: 'heUniform',
  henormal: 'heNormal',
  lecununiform: 'lecunUniform',
  lecunnormal: 'lecunNormal',
  orthogonal: 'orthogonal',
  identity: 'identity',
};

/** `VarianceScaling` with the numbers of an initialiser that has a name. */
function scaling(config: Config): Initializer | undefined {
  const [scale, mode] = [config.number('scale', 1), plain(config.text('mode', 'fan_in'))];
  const shape = config.text('distribution', 'truncated_normal').includes('uniform') ? 'Uniform' : 'Normal';
  if (mode === 'fanavg' && scale === 1) return `glorot${shape}`;
  if (mode === 'fanin' && (scale === 1 || scale === 2)) return `${scale === 2 ? 'he' : 'lecun'}${shape}`;
  return undefined;
}

/** Class and options of an entry `'name'` or `{ class_name, config }`; undefined when absent. */
function entryOf(config: Config, key: string): [name: string, options: Config] | undefined {
  const given = config.get(key);
  if (given === undefined) return undefined;
  const where = `${config.where}: ${key}`;
  if (typeof given === 'string') return [plain(given), new Config(where, {})];
  const entry = new Config(where, given);
  return [plain(entry.text('class_name')), new Config(where, entry.get('config') ?? {})];
}

/**
 * An initialiser; undefined, which stands for the layer's default, when the library has none such. The weights are in
 * the file, so it matters only for models that are made again.
 */
export function initializerOf(config: Config, key: string): Initializer | undefined {
  const entry = entryOf(config, key);
  if (!entry) return undefined;
  const [name, options] = entry;
  if (name === 'constant') return { name, value: options.number('value', 0) };
  if (name === 'randomuniform') return { name: 'randomUniform', min: options.number('minval', -0.05), max: options.number('maxval', 0.05) }; // prettier-ignore
  if (name === 'randomnormal' || name === 'truncatednormal') return { name: 'randomNormal', mean: options.number('mean', 0), std: options.number('stddev', 0.05) }; // prettier-ignore
  if (name === 'variancescaling') return scaling(options);
  return Object.hasOwn(INITIALIZERS, name) ? INITIALIZERS[name] : undefined;
}

/** A penalty; undefined when there is none, or none that the library has. */
export function regularizerOf(config: Config, key: string): Penalty | undefined {
  const entry = entryOf(config, key);
  if (!entry) return undefined;
  const [name, options] = entry;
  if (!['l1', 'l2', 'l1l2'].includes(name)) return undefined;
  const standard = (own: string): number => (name === own ? 0.01 : 0);
  const of = (own: string): number => options.maybeNumber(own) ?? options.number('l', standard(own));
  return { l1: name === 'l2' ? 0 : of('l1'), l2: name === 'l1' ? 0 : of('l2') };
}

/** A constraint of a weight; undefined when absent, or when the library has none such. */
export function constraintOf(config: Config, key: string): NamedConstraint | undefined {
  const entry = entryOf(config, key);
  if (!entry) return undefined;
  const [name, options] = entry;
  const axis = Array.isArray(options.get('axis')) ? options.numbers('axis') : options.number('axis', 0);
  const maxValue = options.maybeNumber('max_value') ?? options.maybeNumber('maxValue');
  const minValue = options.maybeNumber('min_value') ?? options.maybeNumber('minValue');
  if (name === 'nonneg' || name === 'nonnegative') return nonNegative();
  if (name === 'unitnorm') return unitNorm({ axis });
  if (name === 'maxnorm') return maxNorm({ maxValue, axis });
  return name === 'minmaxnorm'
    ? minMaxNorm({ minValue, maxValue, rate: options.maybeNumber('rate'), axis })
    : undefined;
}
