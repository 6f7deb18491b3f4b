// The cost law of the two modes: Jacobians of R^d -> R^64 -> R^64 -> R^D, tall and wide, forward and reverse.
import { jacobian, matmul, randomNormal, tanh, type Tensor } from 'wasmgrad';
import { plot, type Series } from 'wasmgrad/plot';
import type { Case, Family, Results } from './support/family.js';
import { candidate } from './support/measure.js';

const HIDDEN = 64;
/** d and D. Their product is constant, so that all Jacobians have equally many elements. */
const SHAPES = [[2, 512], [8, 128], [32, 32], [128, 8], [512, 2]] as const; // prettier-ignore

/** Multiplications of the lecture's cost law for d -> d1 -> d2 -> D. */
export function multiplications(
  d: number,
  d1: number,
  d2: number,
  D: number,
): { readonly forward: number; readonly reverse: number } {
  return { forward: d * (D * d2 + d2 * d1), reverse: D * (d2 * d1 + d1 * d) };
}

function* cases(): Generator<Case> {
  for (const [d, D] of SHAPES) {
    const weights = [d, HIDDEN, HIDDEN].map((rows, i) => {
      const columns = i === 2 ? D : HIDDEN;
      return randomNormal([rows, columns], { seed: i, std: 1 / Math.sqrt(rows) });
    });
    const x = randomNormal([1, d], { seed: 3 });
    const f = (at: Tensor): Tensor => weights.reduce((y, each) => tanh(matmul(y, each)), at);
    const { forward, reverse } = multiplications(d, HIDDEN, HIDDEN, D);
    const millions = (count: number): string => (count / 1e6).toFixed(2);
    yield {
      name: `${d} -> ${D} (${millions(forward)}, ${millions(reverse)} M mul.)`,
      candidates: [
        candidate('forward', () => jacobian(f, { mode: 'forward' })(x).dispose()),
        candidate('reverse', () => jacobian(f, { mode: 'reverse' })(x).dispose()),
      ],
      dispose: () => [...weights, x].forEach((each) => each.dispose()),
    };
  }
}

/** Time, and multiplications by the law, over d / D. */
function picture({ cases: measured }: Results): string {
  const line = (name: string, value: (i: number, d: number, D: number) => number): Series => ({
    name,
    points: measured.map((_, i) => {
      const [d, D] = SHAPES[i]!;
      return [d / D, value(i, d, D)];
    }),
  });
  const common = { xLabel: 'd / D: tall to wide', xScale: 'log', yScale: 'log' } as const;
  const modes = ['forward', 'reverse'] as const;
  return plot([
    {
      ...common,
      title: 'Jacobian: measured time',
      yLabel: 'ms',
      series: modes.map((mode) => line(mode, (i) => 1000 * (measured[i]!.seconds[mode] ?? NaN))),
    },
    {
      ...common,
      title: 'Jacobian: multiplications by the law',
      yLabel: 'multiplications',
      series: modes.map((mode) => line(mode, (_, d, D) => multiplications(d, HIDDEN, HIDDEN, D)[mode])),
    },
  ]);
}

export const family: Family = {
  name: 'autodiff',
  title: 'Jacobians in forward and reverse mode (with the multiplications of both by the cost law)',
  unit: 'us',
  ours: 'reverse',
  others: [],
  cases,
  picture,
};
