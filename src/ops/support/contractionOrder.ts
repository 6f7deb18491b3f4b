// The order in which several terms of a sum of products are multiplied.
import { MAX_RANK, sizeOf } from '../../core/shapes.js';
import { nth } from './arguments.js';
import { contract, type Term } from './contraction.js';

/** Two terms, the others, and which labels the product of the two must keep. */
interface Choice {
  readonly a: Term;
  readonly b: Term;
  readonly others: readonly Term[];
  readonly wanted: (label: string) => boolean;
}

/** Multiplications in the product of two terms; infinitely many if it has too many axes. */
function costOf({ a, b, wanted }: Choice): number {
  const sizes = new Map<string, number>();
  for (const { x, labels } of [a, b]) labels.forEach((label, i) => sizes.set(label, x.shape[i] ?? 1));
  const labels = [...sizes.keys()];
  if (labels.filter(wanted).length > MAX_RANK) return Infinity;
  // Labels that only one of the two has are summed before, unless they are wanted.
  const met = labels.filter((label) => wanted(label) || (a.labels.includes(label) && b.labels.includes(label)));
  return sizeOf(met.map((label) => sizes.get(label) ?? 1));
}

/** The two terms to multiply next: those with the cheapest product, of equal ones the first. */
function cheapest(terms: readonly Term[], output: readonly string[]): Choice {
  const choices = terms.flatMap((a, i) =>
    terms.slice(i + 1).map((b): Choice => {
      const others = terms.filter((term) => term !== a && term !== b);
      const wanted = (label: string): boolean =>
        output.includes(label) || others.some(({ labels }) => labels.includes(label));
      return { a, b, others, wanted };
    }),
  );
  if (choices.length === 1) return nth(choices, 0);
  const costs = choices.map(costOf);
  return nth(choices, costs.indexOf(Math.min(...costs)));
}

/** The product of one term or several, two by two, summed over what `output` lacks as soon as no other term has it. */
export function contractAll(where: string, terms: readonly Term[], output: readonly string[]): Term {
  if (terms.length === 1) return nth(terms, 0);
  const { a, b, others, wanted } = cheapest(terms, output);
  return contractAll(where, [contract(where, a, b, wanted), ...others], output);
}
