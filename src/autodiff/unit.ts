// The gradient of a scalar starts from the cotangent 1. Rules that would multiply by it can check for that and skip the
// product.
import { ones } from '../tensors/creation.js';
import type { Tensor } from '../tensors/tensor.js';
import type { Shape } from '../core/shapes.js';

const units = new Set<number>();

/** Runs `body` with a tensor of ones that `isUnit` knows while it runs. */
export function withUnit<T>(shape: Shape, body: (unit: Tensor) => T): T {
  const unit = ones(shape);
  units.add(unit.id);
  try {
    return body(unit);
  } finally {
    units.delete(unit.id);
    unit.dispose();
  }
}

/** Whether a cotangent is known to be the constant 1. */
export function isUnit(cotangent: Tensor): boolean {
  return units.has(cotangent.id);
}
