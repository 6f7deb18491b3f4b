import type { Shape } from '../core/shapes.js';
import type { Tensor } from '../tensors/tensor.js';
import { tidy } from '../tensors/tidy.js';
import { named, type LossKind, type LossConfig, type NamedLoss } from './loss.js';
import { checkPair } from './terms.js';
import { reduced, type Reducing } from './weighted.js';

/** The terms of a loss. */
export type Terms = (prediction: Tensor, target: Tensor) => Tensor;

/**
 * A loss that is the mean or sum of terms, one for each element or for each row of the last axis.
 *
 * @param reducing what a mean divides by, from the prediction's shape; default: the number of terms
 * @param weighsPadding whether terms are not 0 where prediction and target are
 */
export function lossOfTerms(
  kind: LossKind,
  config: LossConfig,
  terms: Terms,
  reducing?: (shape: Shape) => Omit<Reducing, 'reduction'>,
  ofLogits?: NamedLoss['ofLogits'],
  weighsPadding?: boolean,
): NamedLoss {
  const { reduction } = config;
  return named(
    kind,
    config,
    (prediction, target, weights) => {
      const [p, t] = checkPair(kind, prediction, target);
      return tidy(() => reduced(kind, terms(p, t), weights, { reduction, ...reducing?.(p.shape) }));
    },
    ofLogits,
    weighsPadding,
  );
}
