// ONNX's own cases of operators as data, which are not part of this repository: a folder of JSON files, in ONNX_CASES
// or in ../shared/onnx-cases beside the checkout.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { encodeOnnx, type TestAttribute, type TestTensor, type TestType } from './encode.js';

type Numbers = readonly (number | boolean | 'NaN' | 'Infinity' | '-Infinity' | 'inf' | '-inf')[];

interface CaseTensor {
  readonly dtype: TestType;
  readonly shape: readonly number[];
  readonly data: Numbers;
}

type CaseAttribute = number | string | readonly number[] | readonly string[] | CaseTensor;

interface CaseNode {
  readonly op: string;
  readonly domain: string;
  readonly attributes: Readonly<Record<string, CaseAttribute>>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

type CaseTensors = Readonly<Record<string, CaseTensor>>;

interface CaseFile {
  readonly group: string;
  readonly cases: readonly {
    readonly id: string;
    readonly opset: Readonly<Record<string, number>>;
    readonly nodes: readonly CaseNode[];
    readonly inputs: CaseTensors;
    readonly initializers: CaseTensors;
    readonly outputs: CaseTensors;
  }[];
}

/** A case whose tensors hold numbers. */
export interface OnnxCase {
  readonly id: string;
  readonly group: string;
  readonly operators: readonly string[];
  readonly inputs: Readonly<Record<string, TestTensor>>;
  readonly outputs: Readonly<Record<string, TestTensor>>;
  /** The ONNX file. */
  readonly bytes: () => Uint8Array<ArrayBuffer>;
}

/** Attributes that ONNX declares as floats. JSON does not tell 1.0 from 1. */
const FLOATS = new Set(
  'alpha beta gamma bias epsilon momentum ratio max min value lambd clip norm_coefficient decay_factor'.split(' '),
);
const FLOAT_LISTS = new Set('scales activation_alpha activation_beta'.split(' '));

const numberOf = (value: Numbers[number]): number =>
  value === 'inf' ? Infinity : value === '-inf' ? -Infinity : Number(value);

const tensorOf = ({ dtype, shape, data }: CaseTensor): TestTensor => ({ dtype, shape, data: data.map(numberOf) });

const tensorsOf = (tensors: CaseTensors): Record<string, TestTensor> =>
  Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name, tensorOf(value)]));

function attributeOf(name: string, value: CaseAttribute): TestAttribute {
  if (typeof value === 'number') return FLOATS.has(name) ? { float: value } : value;
  if (typeof value === 'string') return value;
  if ('dtype' in value) return tensorOf(value);
  return FLOAT_LISTS.has(name) ? { floats: value.map(Number) } : value;
}

function nodeOf({ attributes, ...node }: CaseNode) {
  const entries = Object.entries(attributes).map(([name, value]) => [name, attributeOf(name, value)] as const);
  return { ...node, attributes: Object.fromEntries(entries) };
}

function bytesOf(given: CaseFile['cases'][number]): Uint8Array<ArrayBuffer> {
  const opset = Object.fromEntries(
    Object.entries(given.opset).map(([domain, version]) => [domain === 'ai.onnx' ? '' : domain, version]),
  );
  const { nodes, inputs, outputs, initializers } = given;
  return encodeOnnx({
    opset,
    nodes: nodes.map(nodeOf),
    inputs: tensorsOf(inputs),
    outputs: tensorsOf(outputs),
    initializers: Object.entries(tensorsOf(initializers)),
  });
}

/** All cases, or `undefined` where the folder is not there. */
export function readCases(): OnnxCase[] | undefined {
  const beside = fileURLToPath(new URL('../../../../shared/onnx-cases', import.meta.url));
  const folder = process.env['ONNX_CASES'] ?? beside;
  if (!existsSync(folder)) return undefined;
  const files = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== 'manifest.json');
  return files.sort().flatMap((file) => {
    const { group, cases } = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as CaseFile;
    return cases.map((given) => ({
      id: given.id,
      group,
      operators: given.nodes.map(({ op }) => op),
      inputs: tensorsOf(given.inputs),
      outputs: tensorsOf(given.outputs),
      bytes: () => bytesOf(given),
    }));
  });
}
