// Normalisation written with elementary operations, for forward mode and higher orders: see composition.ts.
import { DTypeError, ShapeError } from '../../core/errors.js';
import { shapeText } from '../../core/shapes.js';
import type { Applied, Maybe, Rules } from '../../autodiff/op.js';
import type { DType, Tensor } from '../../tensors/tensor.js';
import { add } from '../add.js';
import { div } from '../div.js';
import { mean } from '../mean.js';
import { mul } from '../mul.js';
import { sqrt } from '../sqrt.js';
import { square } from '../square.js';
import { sub } from '../sub.js';
import { sum } from '../sum.js';
import { nth } from './arguments.js';
import { composedRules, type Composition } from './composition.js';
import { checkTensor } from './operands.js';

/** The axis of x [rows, features] along which mean and variance are taken: 0 for batch, 1 for layer normalisation. */
export type Along = 0 | 1;

interface Standard {
  /** (x - mean) / deviation */
  readonly standard: Tensor;
  readonly centre: Tensor;
  readonly spread: Tensor;
  /** sqrt(variance + epsilon) */
  readonly deviation: Tensor;
}

function standardise(x: Tensor, axis: Along, epsilon: number): Standard {
  const centre = mean(x, { axis, keepDims: true });
  const centred = sub(x, centre);
  const spread = mean(square(centred), { axis, keepDims: true });
  const deviation = sqrt(add(spread, epsilon));
  return { standard: div(centred, deviation), centre, spread, deviation };
}

/** [x, gamma, beta] to y, mean and variance. */
export function composeNormalization(axis: Along): Composition<number> {
  return (inputs, epsilon) => {
    const { standard, centre, spread } = standardise(nth(inputs, 0), axis, epsilon);
    return [add(mul(standard, nth(inputs, 1)), nth(inputs, 2)), sum(centre, { axis }), sum(spread, { axis })];
  };
}

/** [dy, x, gamma] to dx, dgamma and dbeta. */
export function composeGradient(axis: Along): Composition<number> {
  return (inputs, epsilon) => {
    const [dy, x, gamma] = [nth(inputs, 0), nth(inputs, 1), nth(inputs, 2)];
    const { standard: h, deviation } = standardise(x, axis, epsilon);
    const g = mul(dy, gamma);
    const average = (value: Tensor): Tensor => mean(value, { axis, keepDims: true });
    const dx = div(sub(sub(g, average(g)), mul(h, average(mul(g, h)))), deviation);
    return [dx, sum(mul(dy, h), { axis: 0 }), sum(dy, { axis: 0 })];
  };
}

/** Rules by a composition of the first `count` inputs, of which the others are functions. */
export function rulesOfFirst<A>(compose: Composition<A>, count: number): Rules<A> {
  const rules = composedRules(compose);
  const first = <T>(values: readonly T[], rest: T): T[] => values.map((value, i) => (i < count ? value : rest));
  return {
    vjp: (applied: Applied<A>, cotangents: readonly Maybe[]) =>
      rules.vjp({ ...applied, needs: first(applied.needs, false) }, cotangents),
    jvp: (applied: Applied<A>, tangents: readonly Maybe[]) => rules.jvp(applied, first(tangents, undefined)),
  };
}

export interface NormalizationOptions {
  /** Added to the variance. Finite number > 0, default 1e-3. */
  readonly epsilon?: number | undefined;
}

/** Checks x [..., features] with at least one element, and tensors with one value for each feature; all f32. */
export function checkNormalization(
  where: string,
  x: Tensor,
  perFeature: Readonly<Record<string, Tensor<DType>>>,
): void {
  const all: Readonly<Record<string, Tensor<DType>>> = { x, ...perFeature };
  for (const [name, value] of Object.entries(all)) {
    checkTensor(where, value, `${name} to be a tensor`);
    if (value.dtype !== 'f32') throw new DTypeError(`${where}: expected ${name} f32, got ${value.dtype}`);
  }
  const features = x.shape.at(-1);
  if (features === undefined || x.size === 0)
    throw new ShapeError(`${where}: expected x [..., features] with at least one element, got ${shapeText(x.shape)}`);
  for (const [name, { shape }] of Object.entries(perFeature)) {
    if (shape.length !== 1 || shape[0] !== features)
      throw new ShapeError(`${where}: expected ${name} [${features}], got ${shapeText(shape)}`);
  }
}
