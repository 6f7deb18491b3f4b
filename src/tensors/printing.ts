import { makeDisposableClass } from '../core/disposable.js';
import { shapeText, sizeOf, type Shape } from '../core/shapes.js';

const EDGE = 3;

/**
 * `Tensor([2, 2], f32) [[1, 2], [3, 4]]`, long axes shortened to their first and last three entries.
 * `at` returns an element by its position in row-major order; it is called only for those shown.
 */
export function formatTensor(shape: Shape, dtype: string, at: (index: number) => number): string {
  const format = (axis: number, start: number): string => {
    const length = shape[axis];
    if (length === undefined) {
      const value = at(start);
      return String(Number(value.toPrecision(Number.isInteger(value) ? 10 : 5))); // an i32 has ten digits
    }
    const step = sizeOf(shape.slice(axis + 1));
    const items: string[] = [];
    for (let i = 0; i < length; i++) {
      if (i === EDGE && length > 2 * EDGE) {
        items.push('...');
        i = length - EDGE;
      }
      items.push(format(axis + 1, start + i * step));
    }
    return `[${items.join(', ')}]`;
  };
  return `Tensor(${shapeText(shape)}, ${dtype}) ${format(0, 0)}`;
}

/**
 * A base class whose instances `using` can hold and `console.log` shows by their `toString()` in Node, Bun and Deno. In
 * browsers this would need formatters that each user must switch on; use `console.log(String(x))`.
 */
export const PrintableBase = makeDisposableClass(
  Symbol.for('nodejs.util.inspect.custom'),
  Symbol.for('Deno.customInspect'),
);
