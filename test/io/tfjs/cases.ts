// The models in cases.json, which make.mjs writes.
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

interface Values {
  readonly shape: readonly number[];
  /** float32, in base64 */
  readonly values: string;
}

export interface Case {
  readonly name: string;
  readonly modelTopology: unknown;
  readonly weightSpecs: readonly { readonly name: string; readonly shape: readonly number[]; readonly dtype: string }[];
  readonly weights: string;
  readonly inputs: readonly (Values & { readonly name: string })[];
  readonly outputs: readonly Values[];
}

function isCases(value: unknown): value is readonly Case[] {
  return (
    Array.isArray(value) && value.every((each: unknown) => typeof each === 'object' && each !== null && 'name' in each)
  );
}

const parsed: unknown = JSON.parse(readFileSync(new URL('cases.json', import.meta.url), 'utf8'));
if (!isCases(parsed)) throw new Error('cases.json: expected a list of cases');

export const cases: readonly Case[] = parsed;

/** The case of a name. */
export function caseOf(name: string): Case {
  const found = cases.find((each) => each.name === name);
  if (!found) throw new Error(`no case ${name}`);
  return found;
}

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

export function floats(base64: string): Float32Array<ArrayBuffer> {
  return new Float32Array(bytesOf(base64).buffer);
}

/** What TensorFlow.js gave to its save handler. */
export function artifactsOf({ modelTopology, weightSpecs, weights }: Case) {
  return { modelTopology, weightSpecs, weightData: bytesOf(weights).buffer };
}

/** The same as the contents of a model.json and the file with its weights. */
export function filesOf(given: Case): { json: Readonly<Record<string, unknown>>; bytes: Uint8Array<ArrayBuffer> } {
  const { modelTopology, weightSpecs, weights } = given;
  const json = {
    format: 'layers-model',
    generatedBy: 'TensorFlow.js tfjs-layers v4.22.0',
    convertedBy: null,
    modelTopology,
    weightsManifest: [{ paths: ['group1-shard1of1.bin'], weights: weightSpecs }],
  };
  return { json, bytes: bytesOf(weights) };
}

/** Arrays for the inputs: one, or by name. */
export function inputOf({ inputs }: Case): Float32Array | Record<string, Float32Array> {
  const [only] = inputs;
  if (inputs.length === 1 && only) return floats(only.values);
  return Object.fromEntries(inputs.map(({ name, values }) => [name, floats(values)]));
}

export function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(expected.length);
  const worst = Array.from(expected, (value, i) => Math.abs(value - (got[i] ?? NaN)) / (1 + Math.abs(value)));
  expect(Math.max(0, ...worst)).toBeLessThan(tolerance);
}
