// Writes ONNX files for tests, also wrong ones: every part may be replaced or left out.
import { PbfWriter } from 'pbf';

export type TestType = 'f32' | 'f64' | 'i32' | 'i64' | 'bool' | 'f16' | 'bf16' | 'i8' | 'u8' | 'string';

export interface TestTensor {
  readonly dtype: TestType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Elements of an initializer that are given otherwise than as raw bytes. */
export interface RawTensor {
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly write: (pbf: PbfWriter) => void;
}

export type TestAttribute =
  | number
  | string
  | readonly number[]
  | readonly string[]
  | TestTensor
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly graph: TestGraph };

export interface TestNode {
  readonly op: string;
  readonly domain?: string | undefined;
  readonly name?: string | undefined;
  readonly attributes?: Readonly<Record<string, TestAttribute>> | undefined;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** An input or output. A size that is a text is symbolic. Without a shape there is none in the file. */
export interface TestPort {
  readonly dtype: TestType;
  readonly shape?: readonly (number | string)[] | undefined;
}

export interface TestGraph {
  readonly nodes: readonly TestNode[];
  readonly inputs?: Readonly<Record<string, TestPort>> | undefined;
  readonly outputs?: Readonly<Record<string, TestPort>> | undefined;
  readonly initializers?: readonly (readonly [string, TestTensor | RawTensor])[] | undefined;
}

export interface TestModel extends TestGraph {
  /** Version of the operators by domain; `''` is ONNX's own. */
  readonly opset: number | Readonly<Record<string, number>>;
}

const CODES: Readonly<Record<TestType, number>> = {
  f32: 1,
  u8: 2,
  i8: 3,
  i32: 6,
  i64: 7,
  string: 8,
  bool: 9,
  f16: 10,
  f64: 11,
  bf16: 16,
};

/** The elements as ONNX's raw data. */
function rawBytes({ dtype, data }: TestTensor): Uint8Array {
  const elements = {
    f32: () => Float32Array.from(data),
    f64: () => Float64Array.from(data),
    i32: () => Int32Array.from(data),
    i64: () => BigInt64Array.from(data, BigInt),
    bool: () => Uint8Array.from(data, Number),
    u8: () => Uint8Array.from(data),
    i8: () => Int8Array.from(data),
    f16: () => Uint16Array.from(data), // bit patterns
    bf16: () => Uint16Array.from(data),
    string: () => new Uint8Array(),
  }[dtype]();
  return new Uint8Array(elements.buffer);
}

function writeTensor([name, tensor]: readonly [string, TestTensor | RawTensor], pbf: PbfWriter): void {
  for (const size of tensor.shape) pbf.writeVarintField(1, size);
  pbf.writeVarintField(2, typeof tensor.dtype === 'number' ? tensor.dtype : CODES[tensor.dtype]);
  if (name) pbf.writeStringField(8, name);
  if ('write' in tensor) tensor.write(pbf);
  else pbf.writeBytesField(9, rawBytes(tensor));
}

function writeAttribute([name, value]: readonly [string, TestAttribute], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  const type = (code: number): void => pbf.writeVarintField(20, code);
  if (typeof value === 'number') {
    pbf.writeVarintField(3, value);
    type(2);
  } else if (typeof value === 'string') {
    pbf.writeStringField(4, value);
    type(3);
  } else if ('float' in value) {
    pbf.writeFloatField(2, value.float);
    type(1);
  } else if ('floats' in value) {
    for (const each of value.floats) pbf.writeFloatField(7, each);
    type(6);
  } else if ('dtype' in value) {
    pbf.writeMessage(5, writeTensor, ['', value] as const);
    type(4);
  } else if ('graph' in value) {
    pbf.writeMessage(6, writeGraph, value.graph);
    type(5);
  } else {
    for (const each of value) {
      if (typeof each === 'number') pbf.writeVarintField(8, each);
      else pbf.writeStringField(9, each);
    }
    type(typeof value[0] === 'string' ? 8 : 7);
  }
}

function writeNode({ op, domain, name, attributes = {}, inputs, outputs }: TestNode, pbf: PbfWriter): void {
  for (const input of inputs) pbf.writeStringField(1, input);
  for (const output of outputs) pbf.writeStringField(2, output);
  if (name !== undefined) pbf.writeStringField(3, name);
  pbf.writeStringField(4, op);
  for (const attribute of Object.entries(attributes)) pbf.writeMessage(5, writeAttribute, attribute);
  if (domain) pbf.writeStringField(7, domain);
}

function writeDimension(size: number | string, pbf: PbfWriter): void {
  if (typeof size === 'number') pbf.writeVarintField(1, size);
  else pbf.writeStringField(2, size);
}

function writeTensorType({ dtype, shape }: TestPort, pbf: PbfWriter): void {
  pbf.writeVarintField(1, CODES[dtype]);
  if (shape)
    pbf.writeMessage(2, (_, dims) => shape.forEach((size) => dims.writeMessage(1, writeDimension, size)), shape);
}

function writePort([name, port]: readonly [string, TestPort], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, (_, type) => type.writeMessage(1, writeTensorType, port), port);
}

function writeGraph({ nodes, inputs = {}, outputs = {}, initializers = [] }: TestGraph, pbf: PbfWriter): void {
  for (const node of nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, 'test');
  for (const tensor of initializers) pbf.writeMessage(5, writeTensor, tensor);
  for (const port of Object.entries(inputs)) pbf.writeMessage(11, writePort, port);
  for (const port of Object.entries(outputs)) pbf.writeMessage(12, writePort, port);
}

/** The bytes of an ONNX file. */
export function encodeOnnx(model: TestModel): Uint8Array<ArrayBuffer> {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, 8);
  pbf.writeMessage(7, writeGraph, model);
  const opsets = typeof model.opset === 'number' ? { '': model.opset } : model.opset;
  for (const [domain, version] of Object.entries(opsets))
    pbf.writeMessage(
      8,
      (_, opset) => {
        opset.writeStringField(1, domain);
        opset.writeVarintField(2, version);
      },
      version,
    );
  return new Uint8Array(pbf.finish());
}
