// Small ONNX files, written here.
import { encodeModel } from '../../../src/onnx/encode.js';
import type { Attributes, OnnxConstant, OnnxNode, OnnxPort } from '../../../src/onnx/graph.js';

export interface GraphOptions {
  readonly nodes: readonly (readonly [type: string, inputs: string, outputs: string, attributes?: Attributes])[];
  /** Weights, i64 if all are whole numbers and `i64` says so. */
  readonly weights?: Readonly<Record<string, readonly [dims: readonly number[], values: readonly number[]]>>;
  readonly integers?: Readonly<Record<string, readonly number[]>>;
  /** A size -1 is the batch. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly outputs: Readonly<Record<string, readonly number[]>>;
  readonly opset?: number;
}

/** Names are separated by spaces. */
const split = (names: string): string[] => (names === '' ? [] : names.split(' '));

const ports = (given: Readonly<Record<string, readonly number[]>>): OnnxPort[] =>
  Object.entries(given).map(([name, dims]) => ({ name, dims, dtype: 'f32' }));

/** The bytes of a file. */
export function graph({ nodes, weights = {}, integers = {}, inputs, outputs, opset = 17 }: GraphOptions): Uint8Array {
  const constants = new Map<string, OnnxConstant>();
  for (const [name, [dims, values]] of Object.entries(weights))
    constants.set(name, { dims, elements: () => Float32Array.from(values) });
  for (const [name, values] of Object.entries(integers))
    constants.set(name, { dims: [values.length], elements: () => BigInt64Array.from(values, BigInt) });
  const made = nodes.map(([type, from, to, attributes = {}], i): OnnxNode => ({
    type,
    name: `${type}_${i}`,
    inputs: from === '' ? [] : from.split(' ').map((name) => (name === '-' ? '' : name)),
    outputs: split(to),
    attributes,
  }));
  return encodeModel({ opset, nodes: made, constants, inputs: ports(inputs), outputs: ports(outputs) });
}

/** Numbers that look random but are the same everywhere. */
export const numbers = (count: number, seed = 1): number[] =>
  Array.from({ length: count }, (_, i) => Math.fround(Math.sin(12.9898 * (i + 1) + 78.233 * seed) * 0.9));
