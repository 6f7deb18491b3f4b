import { shapeText, type Shape } from '../core/shapes.js';

const EDGE = 3;

/** `Tensor([2, 2], f32) [[1, 2], [3, 4]]`, long axes shortened to their first and last three entries. */
export function formatTensor(data: ArrayLike<number>, shape: Shape, dtype: string): string {
  const number = (value: number): string =>
    Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
  const build = (axis: number, offset: number, stride: number): string => {
    if (axis === shape.length) return number(data[offset] ?? NaN);
    const length = shape[axis] ?? 0;
    const step = length === 0 ? 0 : stride / length;
    const parts: string[] = [];
    for (let i = 0; i < length; i++) {
      if (length > 2 * EDGE && i === EDGE) {
        parts.push('...');
        i = length - EDGE;
      }
      parts.push(build(axis + 1, offset + i * step, step));
    }
    return `[${parts.join(', ')}]`;
  };
  return `Tensor(${shapeText(shape)}, ${dtype}) ${build(0, 0, data.length)}`;
}
