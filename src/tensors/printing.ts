import { makeDisposableClass } from '../core/disposable.js';
import { shapeText, sizeOf, type Shape } from '../core/shapes.js';

const EDGE = 3;

/**
 * `Tensor([2, 2], f32) [[1, 2], [3, 4]]`, long axes shortened to their first and last three entries.
 * `at` gives an element by its place in row-major order; only those shown are asked for.
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
 * What `using` can hold and `console.log` shows by its `toString()`, in Node, Bun and Deno. Consoles of browsers have no
 * such hook but formatters that each user must switch on: there it is `console.log(String(x))`.
 */
export const PrintableBase = makeDisposableClass(
  Symbol.for('nodejs.util.inspect.custom'),
  Symbol.for('Deno.customInspect'),
);
