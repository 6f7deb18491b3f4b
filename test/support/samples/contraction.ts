// Sums of products over named axes.
import type { Shape } from '../../../src/core/shapes.js';
import { einsum } from '../../../src/ops/einsum.js';
import { outer } from '../../../src/ops/outer.js';
import { tensordot, type ContractedAxes } from '../../../src/ops/tensordot.js';
import { at64, build64, type Array64 } from '../arrays.js';
import type { Sample } from './sample.js';

/** Einstein's sum by its definition: every index of every label. Labels are given for every axis; no ellipsis. */
function einsum64(inputs: readonly string[], output: string, arrays: readonly Array64[]): Array64 {
  const labels = [...new Set(Array.from(output + inputs.join('')))];
  const sizeOf = (label: string): number =>
    Math.max(
      ...inputs.flatMap((own, k) => Array.from(own).flatMap((one, i) => (one === label ? [arrays[k]!.shape[i]!] : []))),
    );
  const summed = labels.filter((label) => !output.includes(label));
  return build64(Array.from(output).map(sizeOf), (index) => {
    let total = 0;
    build64(summed.map(sizeOf), (inner) => {
      const at = (label: string): number =>
        output.includes(label) ? index[output.indexOf(label)]! : inner[summed.indexOf(label)]!;
      total += inputs.reduce((product, own, k) => product * at64(arrays[k]!, Array.from(own).map(at)), 1);
      return 0;
    });
    return total;
  });
}

/** Subscripts, shapes, and the subscripts written out where they imply something. */
const sums: readonly (readonly [subscripts: string, shapes: readonly Shape[], full?: string])[] = [
  [
    'ij,jk->ik',
    [
      [3, 4],
      [4, 5],
    ],
  ],
  [
    'ij,jk',
    [
      [2, 3],
      [3, 4],
    ],
    'ij,jk->ik',
  ],
  [
    'ij,kj->ik',
    [
      [3, 4],
      [5, 4],
    ],
  ],
  // Not from left to right: that would take many more operations, or more than six axes.
  ['ij,jk,k->i', [[3, 4], [4, 2], [2]]], // prettier-ignore
  ['ij,kl,jk->il', [[2, 3], [4, 2], [3, 4]]], // prettier-ignore
  ['abcd,efgh,abef,cdgh->ah', [[2, 1, 2, 1], [1, 2, 1, 2], [2, 1, 1, 2], [2, 1, 1, 2]]], // prettier-ignore
  [
    'ji,jk->ik',
    [
      [4, 3],
      [4, 5],
    ],
  ],
  [
    'ij,jk->ki',
    [
      [2, 3],
      [3, 4],
    ],
  ],
  [
    ' b i j , b j k -> b i k ',
    [
      [2, 3, 4],
      [2, 4, 5],
    ],
    'bij,bjk->bik',
  ],
  [
    'bhqd,bhkd->bhqk',
    [
      [2, 2, 3, 4],
      [2, 2, 5, 4],
    ],
  ],
  ['i,i->', [[5], [5]], 'i,i->'],
  ['i,j->ij', [[2], [3]]],
  ['i,i->i', [[4], [4]]],
  ['ij->ji', [[2, 3]]],
  ['ij->', [[2, 3]]],
  ['ij->j', [[2, 3]]],
  ['ba', [[2, 3]], 'ba->ab'],
  ['ii', [[3, 3]], 'ii->'],
  ['ii->i', [[4, 4]]],
  ['iij->ij', [[2, 2, 3]]],
  ['iji->j', [[2, 3, 2]]],
  ['iii->i', [[3, 3, 3]]],
  ['ijij->ij', [[2, 3, 2, 3]]],
  ['ii,i->', [[3, 3], [3]]],
  ['ij,j,i->', [[2, 3], [3], [2]]],
  [
    'ij,jk,kl->il',
    [
      [2, 3],
      [3, 2],
      [2, 4],
    ],
  ],
  [
    'ij,jk,jl->ikl',
    [
      [2, 3],
      [3, 2],
      [3, 2],
    ],
  ],
  [
    'ab,cd->dcba',
    [
      [2, 3],
      [2, 2],
    ],
  ],
  [
    'ij,jk->k',
    [
      [2, 3],
      [3, 4],
    ],
  ],
  [
    '...ij,...jk->...ik',
    [
      [2, 3, 4],
      [2, 4, 2],
    ],
    'zij,zjk->zik',
  ],
  [
    '...ij,jk',
    [
      [2, 2, 3],
      [3, 4],
    ],
    'zij,jk->zik',
  ],
  ['...i->...', [[2, 3, 4]], 'yzi->yz'],
  ['i...->...i', [[2, 3, 4]], 'iyz->yzi'],
  ['...,...', [[2, 3], [3]], 'yz,z->yz'],
  [
    '...ij,...jk',
    [
      [2, 1, 2, 3],
      [4, 3, 2],
    ],
    'yzij,zjk->yzik',
  ],
  [
    'ij,jk->ik',
    [
      [2, 1],
      [3, 2],
    ],
  ],
  ['ij,j->ij', [[2, 3], [1]]],
  [
    'ij,jk->ik',
    [
      [2, 0],
      [0, 3],
    ],
  ],
  [
    'ij,jk->ik',
    [
      [0, 2],
      [2, 3],
    ],
  ],
  [',ij->ij', [[], [2, 2]]],
  [
    'Ab,bA->A',
    [
      [2, 3],
      [3, 2],
    ],
  ],
];

const dots: readonly (readonly [axes: ContractedAxes | undefined, shapes: readonly [Shape, Shape], full: string])[] = [
  [
    undefined,
    [
      [2, 3, 4],
      [3, 4, 2],
    ],
    'abc,bcd->ad',
  ],
  [
    1,
    [
      [2, 3],
      [3, 4],
    ],
    'ab,bc->ac',
  ],
  [0, [[2], [3, 2]], 'a,bc->abc'],
  [
    [
      [1, 0],
      [0, 1],
    ],
    [
      [2, 3],
      [3, 2],
    ],
    'ab,ba->',
  ],
  [
    [0, 0],
    [
      [3, 2],
      [3, 4],
    ],
    'ab,ac->bc',
  ],
  [
    [-1, -1],
    [
      [2, 3],
      [4, 3],
    ],
    'ab,cb->ac',
  ],
  [
    1,
    [
      [2, 0],
      [0, 2],
    ],
    'ab,bc->ac',
  ],
];

function reference(full: string): Sample['reference'] {
  const [left = '', output = ''] = full.split('->');
  return (...arrays) => einsum64(left.split(','), output, arrays);
}

/** Rows of the contractions. */
export const contractionSamples: readonly Sample[] = [
  ...sums.map(([subscripts, shapes, full = subscripts]): Sample => ({
    op: 'einsum',
    variant: `${subscripts} of ${JSON.stringify(shapes)}`,
    apply: (...list) => einsum(subscripts, ...list),
    reference: reference(full),
    cases: [shapes.map((shape) => ({ shape }))],
  })),
  ...dots.map(([axes, shapes, full]): Sample => ({
    op: 'tensordot',
    variant: `${JSON.stringify(axes)} of ${JSON.stringify(shapes)}`,
    apply: (a, b) => tensordot(a, b, axes),
    reference: reference(full),
    cases: [shapes.map((shape) => ({ shape }))],
  })),
  ...(
    [
      [[2], [3]],
      [[2, 2], [3]],
      [[], [1]],
      [[0], [2]],
    ] as const
  ).flatMap((shapes) =>
    (['f32', 'i32'] as const).map((dtype): Sample => ({
      op: 'outer',
      variant: `${dtype} ${JSON.stringify(shapes)}`,
      apply: (a, b) => outer(a, b),
      reference: (a, b) => build64([a.data.length, b.data.length], (index) => a.data[index[0]!]! * b.data[index[1]!]!),
      cases: [shapes.map((shape) => ({ shape, dtype, low: -3, high: 3 }))],
    })),
  ),
];
