import { binaryCrossEntropy } from './binaryCrossEntropy.js';
import { crossEntropy } from './crossEntropy.js';
import { isNamed, type Loss } from './loss.js';

/**
 * The loss as a function of the logits, when it is the cross-entropy that belongs to the model's last activation: softmax
 * with `crossEntropy`, sigmoid with `binaryCrossEntropy`, both of probabilities. Otherwise undefined.
 *
 * @param lastActivation name of the activation that gives the prediction
 */
export function fusedLoss(loss: Loss, lastActivation: string): Loss | undefined {
  if (!isNamed(loss) || loss.fromLogits) return undefined;
  const options = { fromLogits: true, reduction: loss.reduction };
  if (loss.kind === 'crossEntropy' && lastActivation === 'softmax') return crossEntropy(options);
  if (loss.kind === 'binaryCrossEntropy' && lastActivation === 'sigmoid') return binaryCrossEntropy(options);
  return undefined;
}
