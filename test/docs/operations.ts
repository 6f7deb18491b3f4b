// The page docs/operations.md: every operation with the derivatives it has, found out by taking them.
import { readFileSync } from 'node:fs';
import { grad, vjp } from '../../src/ops/differentiation.js';
import { jvp } from '../../src/ops/differentiation.js';
import * as api from '../../src/index.js';
import { addSame } from '../../src/autodiff/linear.js';
import { sizeOf } from '../../src/core/shapes.js';
import { sumTo } from '../../src/ops/broadcast.js';
import { mul } from '../../src/ops/mul.js';
import { tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { dot64 } from '../support/arrays.js';
import { samples } from '../support/samples/index.js';
import { tensorsOf, type Input, type Sample } from '../support/samples/sample.js';
import { numbers } from '../support/slices.js';
import { filesUnder } from './blocks.js';

type Cell = 'yes' | '0' | 'none';

interface Row {
  readonly op: string;
  readonly cells: readonly [value: Cell, vjp: Cell, jvp: Cell, second: Cell];
}

const dot = (a: Tensor, b: Tensor): Tensor => sumTo(mul(a, b), []);

function differentiable(sample: Sample, inputs: readonly Input[]): readonly number[] {
  return sample.differentiable ?? inputs.flatMap(({ dtype }, i) => (dtype === 'i32' ? [] : [i]));
}

/** Throws unless both numbers agree as far as f32 goes. */
function agree(what: string, a: number, b: number): void {
  if (Math.abs(a - b) <= 1e-3 * Math.max(1, Math.abs(a))) return;
  throw new Error(`${what}: expected the same from both, got ${a} and ${b}`);
}

/**
 * Takes all derivatives of a case and compares forward with reverse mode; the tests compare with differences.
 * Returns whether any is not zero.
 */
function takeDerivatives(sample: Sample, inputs: readonly Input[]): boolean {
  const { op } = sample;
  const given = tensorsOf(inputs);
  const which = differentiable(sample, inputs);
  const points = which.map((i) => given[i]!);
  const output = (...moved: Tensor[]): Tensor =>
    sample.apply(...given.map((x, i) => (which.includes(i) ? moved[which.indexOf(i)]! : x)));
  const directions = points.map((x, i) => tensor(numbers(x.size, 71 + i), x.shape));
  const along = (gradients: readonly Tensor[]): number =>
    gradients.reduce((total, each, i) => total + dot64(each.data(), directions[i]!.data()), 0);

  const [out, pull] = vjp(output, points);
  const weights = tensor(numbers(out.size, 91), out.shape);
  const [, tangent] = jvp(output, points, directions);
  agree(`${op}: vjp and jvp`, along(pull(weights)), dot64(weights.data(), tangent.data()));
  pull.dispose();

  const gradients = grad((xs: readonly Tensor[]) => dot(output(...xs), weights));
  const slope = (xs: readonly Tensor[]): Tensor =>
    gradients(xs)
      .map((each, i) => dot(each, directions[i]!))
      .reduce(addSame);
  const reverse = grad(slope)(points);
  const [, forward] = jvp((...xs: Tensor[]) => slope(xs), points, directions);
  agree(`${op}: second derivatives`, along(reverse), forward.item());
  return tangent.data().some((value) => value !== 0);
}

const elements = (inputs: readonly Input[]): number => inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);

/** The row of an operation. */
function rowOf(op: string): Row {
  const own = samples.filter((sample) => sample.op === op);
  const candidates = own.flatMap((sample) => sample.cases.map((inputs) => [sample, inputs] as const));
  const smooth = candidates
    .filter(([sample, inputs]) => differentiable(sample, inputs).length > 0)
    .sort(([, a], [, b]) => elements(b) - elements(a))
    .at(0); // the largest: a softmax of one element has no slope
  return tidy(() => {
    if (smooth && takeDerivatives(...smooth)) return { op, cells: ['yes', 'yes', 'yes', 'yes'] };
    const [sample, inputs] = candidates[0]!;
    const rest = sample.apply(...tensorsOf(inputs)).dtype === 'i32' ? 'none' : '0';
    return { op, cells: ['yes', rest, rest, rest] };
  });
}

/** The first sentence of each function's docstring. */
function descriptions(): Map<string, string> {
  const sources = [...filesUnder('src/ops', '.ts'), ...filesUnder('src/linalg', '.ts')].map((file) =>
    readFileSync(file, 'utf8'),
  );
  const docstring = /\/\*\*((?:(?!\*\/)[^])*)\*\/\nexport (?:function|const) (\w+)/g;
  return new Map(
    sources.flatMap((source) =>
      [...source.matchAll(docstring)].map(([, comment = '', name = '']): [string, string] => {
        const text = comment
          .replace(/\n\s*\* ?/g, '\n')
          .split(/\n\s*\n|\n@/)[0]!
          .replace(/\s+/g, ' ')
          .trim();
        return [name, /^.*?[.:](?= [A-Z]|$)/.exec(text)?.[0] ?? text];
      }),
    ),
  );
}

/** The whole page. Throws when an operation lacks a derivative or its derivatives contradict each other. */
export function operationsPage(): string {
  const text = descriptions();
  const exported = samples.map(({ op }) => op).filter((op) => Object.hasOwn(api, op));
  const rows = [...new Set(exported)].sort().map(rowOf);
  const lines = rows.map(({ op, cells }) => {
    const description = (text.get(op) ?? '').replace(/[.:]$/, '').replaceAll('|', '\\|');
    return `| \`${op}\` | ${cells.join(' | ')} | ${description} |`;
  });
  return `# Operations

Made by \`npm run docs:operations\`, which takes every derivative in the table and compares forward with reverse mode; a test
checks that the page is current, others compare all values and derivatives with float64 references.

- **yes**: value, reverse mode (\`vjp\`, \`grad\`), forward mode (\`jvp\`), and second derivatives in every nesting of the two.
- **0**: piecewise constant, so the derivative is zero wherever there is one.
- **none**: the result is integers.

| operation | value | vjp | jvp | second order | what it computes |
| --- | --- | --- | --- | --- | --- |
${lines.join('\n')}
`;
}
