import { shapeText, sizeOf } from '../core/shapes.js';
import type { Network } from './network.js';

/** The table `model.summary()` prints: a row a layer, then the totals. */
export function summarise({ inputShape, layers, weights }: Network): string {
  const count = (name: string): number =>
    weights
      .filter((weight) => weight.name.startsWith(`${name}/`))
      .reduce((total, { shape }) => total + sizeOf(shape), 0);
  const batch = (shape: readonly number[]): string => `[${['B', ...shape].join(', ')}]`;
  // In a row of layers everyone knows whose output a layer gets; in a graph the table says it.
  const isRow = layers.every(({ inputs, shared }, i) => !shared && inputs.length === 1 && inputs[0] === i);
  const from = (inputs: readonly number[]): string =>
    isRow ? '' : ` (${inputs.map((i) => layers[i - 1]?.name ?? 'input').join(', ')})`;
  const rows = [
    ['Layer', 'Output shape', 'Weights', 'Parameters'],
    ['input', batch(inputShape), '', '0'],
    ...layers.map(({ name, inputs, shared, outputShape, weights: names }) => {
      const shapes = names.map((short) => {
        const weight = weights.find((candidate) => candidate.name === `${name}/${short}`);
        return `${short} ${shapeText(weight?.shape ?? [])}`;
      });
      const parameters = shared ? '0' : count(name).toLocaleString('en-US');
      return [name + from(inputs), batch(outputShape), shared ? 'shared' : shapes.join(', '), parameters];
    }),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const rule = '-'.repeat(Math.max(...lines.map((line) => line.length)));
  const total = weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const trainable = weights.reduce((sum, { shape, trainable: own }) => sum + (own ? sizeOf(shape) : 0), 0);
  const number = (value: number): string => value.toLocaleString('en-US');
  const [head = '', ...body] = lines;
  return [
    head,
    rule,
    ...body,
    rule,
    `Parameters: ${number(total)} (trainable ${number(trainable)}, fixed ${number(total - trainable)})`,
  ].join('\n');
}
