import { refuse } from '../core/errors.js';
import { knownOptions, oneOf } from '../core/checks.js';
import type { Shape } from '../core/shapes.js';
import { add } from '../ops/add.js';
import { concat } from '../ops/concat.js';
import { mul } from '../ops/mul.js';
import { reverseSteps } from '../ops/sequence.js';
import { isTensor, type Tensor } from '../tensors/tensor.js';
import type { Layer, LayerContext, LayerWeights } from './layer.js';
import { weighted, type WeightedOptions } from './support/weights.js';
import { checkInner } from './support/wrappers.js';

const merges = ['concat', 'sum', 'mean'] as const;

/** Makes the dropout of the backward layer another one. */
const BACKWARD_STREAM = 2 ** 30;

export interface BidirectionalOptions extends WeightedOptions {
  /** How the two outputs are combined: side by side along the last axis, added, or averaged. Default `'concat'`. */
  readonly merge?: (typeof merges)[number] | undefined;
}

/** The weights of one direction, by the inner layer's own names. */
function ofDirection(weights: LayerWeights, direction: string): LayerWeights {
  const prefix = `${direction}/`;
  const own = Object.entries(weights).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, weight]) => [name.slice(prefix.length), weight]));
}

/**
 * Runs a recurrent layer forwards over the sequence and another of the same kind backwards (Schuster and Paliwal 1997).
 * If the inner layer has `returnSequences`, both outputs of a step are those at this step; otherwise they are the
 * states after the last and after the first step. With lengths, the backward layer starts at the last valid step. The
 * weights are named after the direction (`bidirectional_1/forward/kernel`, `bidirectional_1/backward/kernel`).
 *
 * It needs the whole sequence, so it has no state between calls: `predictState` always starts it from the initial
 * state.
 *
 * @param layer simpleRnn, lstm or gru @throws TypeError for other layers; TypeError, RangeError for bad options
 * @example
 * ```ts
 * import { bidirectional, lstm } from 'wasmgrad/layers';
 * console.log(bidirectional(lstm({ units: 8, returnSequences: true })).outputShape([10, 5])); // [10, 16]
 * ```
 */
export function bidirectional(layer: Layer, options: BidirectionalOptions = {}): Layer {
  knownOptions('bidirectional', options, ['merge', 'trainable', 'name']);
  const inner = checkInner('bidirectional', layer);
  const merge = oneOf('bidirectional', 'merge', options.merge ?? 'concat', merges);
  if (!inner.recurrent) refuse(TypeError, 'bidirectional', 'a recurrent layer', inner.kind ?? 'custom');
  const isSequence = (inputShape: Shape): boolean => inner.outputShape(inputShape).length === inputShape.length;
  const run = (direction: string, weights: LayerWeights, x: Tensor, context: LayerContext): Tensor => {
    const frozen = (name: string): boolean => context.frozen?.(`${direction}/${name}`) ?? false;
    const stream = context.stream + (direction === 'backward' ? BACKWARD_STREAM : 0);
    const result = inner.apply(ofDirection(weights, direction), x, { ...context, stream, frozen, state: undefined });
    return isTensor(result) ? result : result.output;
  };
  return {
    ...weighted('bidirectional', options, inner),
    inner,
    outputShape(inputShape) {
      const shape = inner.outputShape(inputShape);
      return merge === 'concat' ? [...shape.slice(0, -1), 2 * (shape.at(-1) ?? 0)] : shape;
    },
    init(inputShape) {
      const both = (['forward', 'backward'] as const).flatMap((direction) =>
        Object.entries(inner.init?.(inputShape) ?? {}).map(([name, spec]) => [`${direction}/${name}`, spec] as const),
      );
      return Object.fromEntries(both);
    },
    apply(weights, x, context) {
      const { lengths } = context;
      const sequences = isSequence(x.shape.slice(1));
      const forwards = run('forward', weights, x, context);
      const last = run('backward', weights, reverseSteps(x, lengths), context);
      const backwards = sequences ? reverseSteps(last, lengths) : last;
      const output = merged(merge, forwards, backwards);
      return sequences ? output : { output, lengths: null };
    },
  };
}

function merged(merge: (typeof merges)[number], a: Tensor, b: Tensor): Tensor {
  if (merge === 'concat') return concat([a, b], a.shape.length - 1);
  return merge === 'sum' ? add(a, b) : mul(add(a, b), 0.5);
}
