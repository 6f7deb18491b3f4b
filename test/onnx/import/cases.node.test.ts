// ONNX's own cases of operators (cases.ts). The list refused.json has every case that is refused, with the whole message.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/core/errors.js';
import { importOnnx, onnxFunction } from '../../../src/onnx/index.js';
import { tensor } from '../../../src/tensors/creation.js';
import { isTensor, type DType, type Tensor } from '../../../src/tensors/tensor.js';
import { withRuntime } from '../../support/live.js';
import { typed } from '../../support/typed.js';
import { readCases, type OnnxCase } from './cases.js';
import type { TestTensor } from './encode.js';

withRuntime();

const list = new URL('refused.json', import.meta.url);
const refused = new Map(Object.entries(JSON.parse(readFileSync(list, 'utf8')) as Record<string, string>));

/** The tolerance of ONNX's own runner. */
const [RELATIVE, ABSOLUTE] = [1e-3, 1e-7];

/** Cases whose answer is random: the share of zeros by the rate, and the scale, can be checked. */
const RANDOM = /^test_training_dropout_(default|default_mask|mask)$|^test_training_dropout$/;

const cases = readCases();
if (!cases) console.log('The cases of ONNX are not beside this checkout (ONNX_CASES): not run.');

function isClose(got: number, expected: number): boolean {
  return Object.is(got, expected) || Math.abs(got - expected) <= ABSOLUTE + RELATIVE * Math.abs(expected);
}

const elementsOf = ({ dtype, shape, data }: TestTensor): Tensor<DType> =>
  tensor(Float32Array.from(data), shape, dtype.startsWith('f') ? 'f32' : 'i32');

/** Checks that dropout keeps about the right share, scaled by 1 / (1 - rate). */
function checkDropout({ inputs }: OnnxCase, outputs: Outputs): void {
  const x = inputs['x']?.data ?? [];
  const rate = inputs['r']?.data[0] ?? 0.5;
  const y = Array.from(outputs['y']?.data() ?? []);
  expect(y).toHaveLength(x.length);
  const kept = y.filter((value, i) => {
    if (value !== 0) expect(value).toBeCloseTo((x[i] ?? 0) / (1 - rate), 4);
    return value !== 0;
  });
  expect(Math.abs(kept.length / x.length - (1 - rate))).toBeLessThan(0.3);
  const mask = outputs['z'];
  if (mask) expect(Array.from(mask.data(), Boolean)).toEqual(y.map((value) => value !== 0));
}

function check(given: OnnxCase, outputs: Outputs): void {
  if (RANDOM.test(given.id)) {
    checkDropout(given, outputs);
    return;
  }
  for (const [name, expected] of Object.entries(given.outputs)) {
    const got = outputs[name];
    expect(got?.shape, name).toEqual(expected.shape);
    const data = got?.data() ?? [];
    expected.data.forEach((value, i) => {
      if (!isClose(data[i] ?? NaN, Math.fround(value))) expect(data[i], `${name}[${i}]`).toBe(value);
    });
  }
}

type Outputs = Readonly<Record<string, Tensor<DType>>>;

/** Checks what a function makes of the inputs. */
function checkRun(given: OnnxCase, run: (inputs: Outputs) => Outputs): void {
  const inputs = Object.fromEntries(Object.entries(given.inputs).map(([name, value]) => [name, elementsOf(value)]));
  try {
    const outputs = run(inputs);
    try {
      check(given, outputs);
    } finally {
      for (const output of Object.values(outputs)) output.dispose();
    }
  } finally {
    for (const input of Object.values(inputs)) input.dispose();
  }
}

async function asFunction(given: OnnxCase): Promise<void> {
  using f = await onnxFunction(given.bytes());
  checkRun(given, (inputs) => f.run(inputs));
}

/** A model's answer to inputs given by name: one tensor, or an object. */
interface Predicting {
  predict(x: unknown): Tensor<DType> | Outputs;
}

async function asModel(given: OnnxCase): Promise<void> {
  const options = { trainable: given.id.length % 2 === 0 };
  using model = await importOnnx(given.bytes(), options);
  const predicting: Predicting = model;
  checkRun(given, (inputs) => {
    const [only, ...others] = Object.values(inputs);
    const answer = predicting.predict(only && others.length === 0 ? only : inputs);
    return isTensor(answer) ? { [Object.keys(given.outputs)[0] ?? '']: answer } : answer;
  });
}

describe.skipIf(!cases)('the cases of ONNX', () => {
  it('are all there', () => {
    expect(cases).toHaveLength(646);
    const known = new Set(cases?.map(({ id }) => id));
    expect([...refused.keys()].filter((id) => !known.has(id))).toEqual([]);
    expect(refused.size).toBeLessThanOrEqual(646 - 625);
  });

  const each = (cases ?? []).map((given) => [given.id, given] as const);

  it.each(each)('%s as a function', async (_, given) => {
    const reason = refused.get(given.id);
    if (reason === undefined) await asFunction(given);
    else await expect(asFunction(given)).rejects.toThrow(typed(FormatError, reason));
  });

  it.each(each)('%s as a model', async (_, given) => {
    // The importer tries the graph with a batch of two
    const reason = refused
      .get(given.id)
      ?.replace(/^[a-zA-Z]+/, 'importOnnx')
      .replace('[1, 1, ', '[2, 1, ');
    if (reason === undefined) await asModel(given);
    else await expect(asModel(given)).rejects.toThrow(typed(FormatError, reason));
  });
});
