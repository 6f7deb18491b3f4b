// ONNX Runtime gives the answers of the library for every operation. A new operation is a new row of test/support/samples,
// which fails here until it has a rule in src/onnx/operators or stands among those that ONNX does not have.
import { describe, expect, test } from 'vitest';
import { cast } from '../../src/ops/cast.js';
import { encodeModel } from '../../src/onnx/encode.js';
import { onnxGraph } from '../../src/onnx/onnxGraph.js';
import { symbolic } from '../../src/onnx/symbolic.js';
import { traceRun } from '../../src/onnx/trace.js';
import { hasDType, type DType, type Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { samples } from '../support/samples/index.js';
import { tensorsOf, type Sample } from '../support/samples/sample.js';
import { typed } from '../support/typed.js';
import { expectClose, run, type Feed } from './runtime.js';

withRuntime();

/** What the exporter says of an operation without a rule. */
function refusal(op: string): string {
  return `operations that ONNX has, got ${op} in the layer `;
}

/** Operations without a rule, and what the exporter says of them. */
const MISSING: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...['projectSO3', 'lstsq', 'cholesky', 'solve', 'inv', 'qr', 'eigh', 'svd', 'scan'],
      ...['sigmoidCrossEntropy', 'softmaxCrossEntropy', 'scatterAdd', 'customGradient'],
    ].map((op) => [op, refusal(op)]),
  ),
  segmentSum: refusal('scatterAdd'),
  diag: 'padding without steps, got some (pad in )',
};

/** A function of tensors as an ONNX file. */
function exported(f: (...inputs: Tensor[]) => Tensor<DType>, inputs: readonly Tensor[], opset: number): Uint8Array {
  const trace = () => traceRun(inputs, [], () => [f(...inputs)]);
  const graph = symbolic(trace(), trace(), 2, 3);
  return encodeModel(onnxGraph(graph, { opset, inputs: inputs.map((_, i) => `x${i}`), outputs: ['y'] }));
}

const asFloats = (y: Tensor<DType>): Tensor => (hasDType(y, 'f32') ? y : cast(y, 'f32'));

/** The inputs of the first cases with elements, which together have different shapes. */
const casesOf = ({ cases }: Sample) =>
  cases.filter((inputs) => inputs.every(({ shape }) => !shape.includes(0))).slice(0, 6);

const feedsOf = (inputs: readonly Tensor<DType>[]): Record<string, Feed> =>
  Object.fromEntries(inputs.map((x, i) => [`x${i}`, { dims: x.shape, data: x.data() }]));

const rows = samples.map((sample) => [[sample.op, sample.variant].filter(Boolean).join(' '), sample] as const);

describe.each([17, 20])('opset %i', (opset) => {
  test.each(rows)('%s', async (_, sample) => {
    for (const inputs of casesOf(sample)) {
      const { bytes, feeds, shape, values } = tidy(() => {
        const tensors = tensorsOf(inputs);
        const f = (...xs: Tensor[]): Tensor => asFloats(sample.apply(...xs));
        // Of a matrix diag is a part, which ONNX can take.
        const missing = sample.op === 'diag' && tensors[0]?.shape.length === 2 ? undefined : MISSING[sample.op];
        if (missing !== undefined) {
          expect(() => exported(f, tensors, opset)).toThrow(typed(TypeError, `exportOnnx: expected ${missing}`));
          return { bytes: undefined, feeds: {}, shape: [], values: [] };
        }
        const y = f(...tensors);
        if (y.size === 0) return { bytes: undefined, feeds: {}, shape: [], values: [] };
        return { bytes: exported(f, tensors, opset), feeds: feedsOf(tensors), shape: y.shape, values: y.data() };
      });
      if (!bytes) continue;
      const output = (await run(bytes, feeds)).get('y');
      expect(output?.dims).toEqual(shape);
      expectClose(output?.data ?? [], values, 5e-6);
    }
  });
});
