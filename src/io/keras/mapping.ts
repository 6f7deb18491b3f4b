// What all mappings of Keras' layers have in common.
import type { Shape } from '../../core/shapes.js';
import type { Constraint } from '../../layers/constraints.js';
import type { Initializer } from '../../layers/initializers.js';
import type { Layer } from '../../layers/layer.js';
import type { Penalty } from '../../layers/regularizers.js';
import type { KernelOptions } from '../../layers/support/kernelLayer.js';
import type { Config } from './config.js';
import { activationOf, constraintOf, initializerOf, regularizerOf } from './values.js';

/** Who wrote a file, as far as it changes what layers compute. */
export interface Dialect {
  /** Slope of the hard sigmoid. */
  readonly hardSigmoid: number;
  /** Whether the file is TensorFlow.js', which interpolates differently. */
  readonly isTfjs: boolean;
}

/** Makes the library's layer from the configuration of Keras'. */
export type Mapping = (config: Config, context: MappingContext) => Layer;

export interface MappingContext {
  /** The name of the new layer. */
  readonly name: string;
  /** Shapes of the samples that it is first applied to. */
  readonly shapes: readonly Shape[];
  readonly dialect: Dialect;
  /** Arguments of its first call besides tensors. */
  readonly call: Config;
  /** Maps the layer inside a wrapper. */
  readonly map: (config: Config, shapes: readonly Shape[]) => Layer;
}

/** How a weight is made and kept. */
interface WeightOptions {
  readonly initializer: Initializer | undefined;
  readonly regularizer: Penalty | undefined;
  readonly constraint: Constraint | undefined;
}

/** Initialiser, regulariser and constraint of a weight. */
export function weightOptions(config: Config, weight: string): WeightOptions {
  return {
    initializer: initializerOf(config, `${weight}_initializer`),
    regularizer: regularizerOf(config, `${weight}_regularizer`),
    constraint: constraintOf(config, `${weight}_constraint`),
  };
}

/** Name, activation, bias, and how kernel and bias are initialised, regularised and constrained. */
export function kernelOptions(config: Config, { name, dialect }: MappingContext, weight = 'kernel'): KernelOptions {
  const [kernel, bias] = [weightOptions(config, weight), weightOptions(config, 'bias')];
  return {
    name,
    activation: activationOf(config, 'activation', dialect.hardSigmoid),
    useBias: config.flag('use_bias', true),
    kernelInitializer: kernel.initializer,
    kernelRegularizer: kernel.regularizer,
    kernelConstraint: kernel.constraint,
    biasInitializer: bias.initializer,
    biasRegularizer: bias.regularizer,
    biasConstraint: bias.constraint,
  };
}

/** Refuses images with the channels first. */
export function channelsLast(config: Config): void {
  config.only('data_format', 'channels_last');
}

/** The axis of a layer that has one, as a single number. */
export function axisOf(config: Config, standard: number): number {
  const value = config.get('axis') ?? standard;
  if (typeof value === 'number') return value;
  const list = config.numbers('axis');
  return list.length === 1 ? (list[0] ?? standard) : config.refuse('axis', 'one axis');
}

/** Refuses another axis than the last. */
export function lastAxis(config: Config, shapes: readonly Shape[]): void {
  const rank = (shapes[0]?.length ?? 0) + 1;
  const axis = axisOf(config, -1);
  if (axis !== -1 && axis !== rank - 1) config.refuse('axis', `the last one, -1 or ${rank - 1}`);
}
