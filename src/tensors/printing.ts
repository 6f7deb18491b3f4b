import { shapeText, type Shape } from '../core/shapes.js';

const EDGE = 3;

/** Long arrays without their middle, numbers to five digits. */
function shortened(_: string, value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? value : String(Number(value.toPrecision(5)));
  if (!Array.isArray(value) || value.length <= 2 * EDGE) return value;
  const items: unknown[] = value;
  return [...items.slice(0, EDGE), '...', ...items.slice(-EDGE)];
}

/** `Tensor([2, 2], f32) [[1, 2], [3, 4]]`, long axes shortened to their first and last three entries. */
export function formatTensor(values: unknown, shape: Shape, dtype: string): string {
  const text = JSON.stringify(values, shortened).replaceAll('"', '').replaceAll(',', ', ');
  return `Tensor(${shapeText(shape)}, ${dtype}) ${text}`;
}
