import { show } from '../core/checks.js';
import { argmax } from '../ops/argmax.js';
import { abs } from '../ops/abs.js';
import { cast } from '../ops/cast.js';
import { equal } from '../ops/equal.js';
import { greater } from '../ops/greater.js';
import { mean } from '../ops/mean.js';
import { square } from '../ops/square.js';
import { sub } from '../ops/sub.js';
import type { Tensor } from '../tensors/tensor.js';

/** A metric of one's own: a scalar from predictions and targets of a batch, averaged over rows. */
export interface CustomMetric {
  readonly name: string;
  readonly compute: (prediction: Tensor, target: Tensor) => Tensor;
}

/** `'accuracy'`: largest class, or 0.5 as threshold for a single output. */
export type Metric = 'accuracy' | 'meanSquaredError' | 'meanAbsoluteError' | CustomMetric;

/** Share of rows whose class is right. Targets are class indices, one-hot rows, or 0/1 for a single output. */
function accuracy(prediction: Tensor, target: Tensor): Tensor {
  const classes = prediction.shape.at(-1) ?? 1;
  if (classes === 1)
    return mean(equal(greater(prediction, 0.5), greater(target.dtype === 'i32' ? cast(target, 'f32') : target, 0.5)));
  const labels = target.dtype === 'i32' ? target : argmax(target, -1);
  return mean(equal(argmax(prediction, -1), labels));
}

/** Checks a metrics option. */
export function resolveMetrics(where: string, metrics: readonly Metric[] | undefined): CustomMetric[] {
  const given: unknown = metrics;
  if (given !== undefined && !Array.isArray(given))
    throw new TypeError(`${where}: expected metrics to be an array, got ${show(metrics)}`);
  return (metrics ?? []).map((metric) => {
    if (metric === 'accuracy') return { name: metric, compute: accuracy };
    if (metric === 'meanSquaredError')
      return { name: metric, compute: (prediction, target) => mean(square(sub(prediction, target))) };
    if (metric === 'meanAbsoluteError')
      return { name: metric, compute: (prediction, target) => mean(abs(sub(prediction, target))) };
    const custom: unknown = metric;
    if (
      typeof custom === 'object' &&
      custom !== null &&
      typeof metric.compute === 'function' &&
      typeof metric.name === 'string'
    )
      return metric;
    throw new TypeError(
      `${where}: expected a metric to be 'accuracy', 'meanSquaredError', 'meanAbsoluteError' or { name, compute }, got ${show(metric)}`,
    );
  });
}
