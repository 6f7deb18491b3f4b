import { attention } from '../../../src/ops/attention.js';
import { at64, build64, type Array64 } from '../arrays.js';
import { wrong } from '../wrong.js';
import type { Input, Sample } from './sample.js';

/** By the definition, element by element. */
function attention64([q, k, v, lengths]: readonly (Array64 | undefined)[], heads: number, causal: boolean): Array64 {
  const [batch = 0, steps = 0, width = 0] = q!.shape;
  const [keys = 0, valueWidth = 0] = v!.shape.slice(1);
  const [size, valueSize] = [width / heads, valueWidth / heads];
  return build64([batch, steps, valueWidth], ([b = 0, i = 0, column = 0]) => {
    const head = Math.floor(column / valueSize);
    const seen = lengths?.data[b] ?? keys;
    const scores = Array.from({ length: causal ? Math.min(seen, keys, i + 1) : Math.min(seen, keys) }, (_, j) => {
      let dot = 0;
      for (let c = 0; c < size; c++) dot += at64(q!, [b, i, head * size + c]) * at64(k!, [b, j, head * size + c]);
      return dot / Math.sqrt(size);
    });
    const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
    const total = powers.reduce((sum, power) => sum + power, 0);
    return powers.reduce((sum, power, j) => sum + power * at64(v!, [b, j, column]), 0) / total;
  });
}

const inputs = (batch: number, steps: number, keys: number, width: number, valueWidth = width): Input[] => [
  { shape: [batch, steps, width] },
  { shape: [batch, keys, width] },
  { shape: [batch, keys, valueWidth] },
];

export const attentionSamples: readonly Sample[] = [
  {
    op: 'attention',
    apply: (q, k, v) => attention(q, k, v),
    reference: (...all) => attention64(all, 1, false),
    cases: [inputs(2, 3, 5, 4, 3), inputs(1, 1, 1, 1), inputs(0, 2, 3, 2), inputs(1, 0, 3, 2), inputs(1, 2, 67, 3)],
  },
  {
    op: 'attention',
    variant: 'causal, two heads',
    apply: (q, k, v) => attention(q, k, v, { heads: 2, causal: true }),
    reference: (...all) => attention64(all, 2, true),
    cases: [inputs(2, 4, 4, 6, 2), inputs(1, 6, 3, 2)],
  },
  {
    op: 'attention',
    variant: 'lengths',
    apply: (q, k, v, lengths) => attention(q, k, v, { heads: 2, lengths: wrong(lengths) }),
    reference: (...all) => attention64(all, 2, false),
    cases: [[...inputs(3, 2, 4, 4), { shape: [3], dtype: 'i32', values: [1, 4, 3], low: 1, high: 5 }]],
  },
];
