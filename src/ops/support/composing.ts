import { onBehalfOf } from '../../core/errors.js';
import { scoped } from '../../tensors/scope.js';
import type { DType, Tensor } from '../../tensors/tensor.js';

/**
 * An operation written with others: intermediate tensors are freed, errors name `where`. The body returns a tensor that it
 * has made, because the caller will dispose it.
 */
export function composing<D extends DType>(where: string, body: () => Tensor<D>): Tensor<D> {
  return onBehalfOf(where, () => scoped(body, (y) => [y]));
}
