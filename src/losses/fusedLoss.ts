import { callable } from '../core/checks.js';
import { isNamed, type LabelLoss } from './loss.js';

/**
 * The loss as a function of the logits if it is the cross-entropy of probabilities that belongs to the model's last
 * activation: `crossEntropy` to softmax, `binaryCrossEntropy` to sigmoid. Otherwise undefined.
 *
 * @param lastActivation name of the activation that gives the prediction
 */
export function fusedLoss(loss: LabelLoss, lastActivation: string): LabelLoss | undefined {
  callable('fusedLoss', 'loss', loss);
  const ofLogits = isNamed(loss) ? loss.ofLogits : undefined;
  return ofLogits && ofLogits.activation === lastActivation ? ofLogits.loss : undefined;
}
