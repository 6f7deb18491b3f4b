import { callable } from '../core/checks.js';
import { isNamed, type Loss } from './loss.js';

/**
 * The loss as a function of the logits, when it is the cross-entropy that belongs to the model's last activation: softmax
 * with `crossEntropy`, sigmoid with `binaryCrossEntropy`, both of probabilities. Otherwise undefined.
 *
 * @param lastActivation name of the activation that gives the prediction
 */
export function fusedLoss(loss: Loss, lastActivation: string): Loss | undefined {
  callable('fusedLoss', 'loss', loss);
  const ofLogits = isNamed(loss) ? loss.ofLogits : undefined;
  return ofLogits && ofLogits.activation === lastActivation ? ofLogits.loss : undefined;
}
