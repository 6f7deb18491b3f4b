import { shapeText } from '../core/shapes.js';
import { countValues, weightsOf, type NetworkParts, type Weight } from './network.js';

/** The table that `model.summary()` returns: a line for each layer, then the totals. */
export function summarise(network: NetworkParts): string {
  const { inputShape, layers, weights } = network;
  const number = (of: readonly Weight[]): string => countValues(of).toLocaleString('en-US');
  const batch = (shape: readonly number[]): string => `[${['B', ...shape].join(', ')}]`;
  // The table shows the inputs of layers only when the model is not sequential.
  const isRow = layers.every(({ inputs, shared }, i) => !shared && inputs.length === 1 && inputs[0] === i);
  const rows = [
    ['Layer', 'Output shape', 'Weights', 'Parameters'],
    ['input', batch(inputShape), '', '0'],
    ...layers.map(({ name, inputs, shared, outputShape }) => {
      const from = isRow ? '' : ` (${inputs.map((i) => layers[i - 1]?.name ?? 'input').join(', ')})`;
      const own = shared ? [] : weightsOf(network, name);
      const shapes = own.map((weight) => `${weight.name.slice(name.length + 1)} ${shapeText(weight.shape)}`);
      return [name + from, batch(outputShape), shared ? 'shared' : shapes.join(', '), number(own)];
    }),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [head = '', ...body] = rows.map((row) =>
    row
      .map((cell, column) => cell[column < 3 ? 'padEnd' : 'padStart'](widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const rule = '-'.repeat(Math.max(...[head, ...body].map((line) => line.length)));
  const [trainable, fixed] = [true, false].map((own) => number(weights.filter((weight) => weight.trainable === own)));
  const totals = `Parameters: ${number(weights)} (trainable ${trainable}, fixed ${fixed})`;
  return [head, rule, ...body, rule, totals].join('\n');
}
