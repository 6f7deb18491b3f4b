// Attention, as the operations that it consists of.
import { flagOf, numberOf } from '../attributes.js';
import type { GraphBuilder } from '../graph.js';
import type { Call, Lower } from '../lowering.js';

const positions = (b: GraphBuilder, count: number, dims: readonly number[]): string =>
  b.int32(
    Array.from({ length: count }, (_, i) => i),
    dims,
  );

/** Which query sees which key; undefined when every one sees all. */
function visible(call: Call, steps: number, keys: number): string | undefined {
  const { builder: b } = call;
  const order = flagOf(call, 'causal')
    ? b.emit('GreaterOrEqual', [positions(b, steps, [steps, 1]), positions(b, keys, [1, keys])])
    : undefined;
  if (!flagOf(call, 'masked')) return order;
  const lengths = b.emit('Unsqueeze', [call.input(3), b.int64([1, 2, 3])]);
  const valid = b.emit('Less', [positions(b, keys, [1, 1, 1, keys]), lengths]);
  return order === undefined ? valid : b.emit('And', [order, valid]);
}

export const attention: Lower = (call) => {
  const { builder: b, lowering } = call;
  const heads = numberOf(call, 'heads');
  const toHeads = (i: number, perm: readonly number[]): string => {
    const [batch = 0, steps = 0, width = 0] = call.dims(i);
    return b.transpose(lowering.reshaped(call.input(i), [batch, steps, heads, width / heads]), perm);
  };
  const [, steps = 0, width = 0] = call.dims(0);
  const [, keys = 0] = call.dims(1);
  const products = b.emit('MatMul', [toHeads(0, [0, 2, 1, 3]), toHeads(1, [0, 2, 3, 1])]);
  const scores = b.emit('Mul', [products, b.scalar(1 / Math.sqrt(width / heads))]);
  const seen = visible(call, steps, keys);
  const finite = seen === undefined ? scores : b.emit('Where', [seen, scores, b.scalar(-1e30)]);
  const weights = b.emit('Softmax', [finite], { axis: -1 });
  const mixed = b.emit('MatMul', [weights, toHeads(2, [0, 2, 1, 3])]);
  return [lowering.reshaped(b.transpose(mixed, [0, 2, 1, 3]), call.result())];
};
