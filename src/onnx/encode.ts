// ONNX's protocol buffer messages (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), written field by field.
import { PbfWriter } from 'pbf';
import type { AttributeValue, OnnxConstant, OnnxElements, OnnxGraph, OnnxNode, OnnxPort } from './graph.js';

const TYPES = { f32: 1, i32: 6, i64: 7 } as const;

/** The first version of the file format that has each opset. */
const irVersion = (opset: number): number => (opset <= 18 ? 8 : opset <= 20 ? 9 : opset <= 22 ? 10 : opset - 12);

const typeOf = (elements: OnnxElements): number =>
  elements instanceof Float32Array ? TYPES.f32 : elements instanceof Int32Array ? TYPES.i32 : TYPES.i64;

function writeAttribute([name, value]: readonly [string, AttributeValue], pbf: PbfWriter): void {
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
  } else {
    for (const each of value) {
      if (typeof each === 'number') pbf.writeVarintField(8, each);
      else pbf.writeStringField(9, each);
    }
    type(typeof value[0] === 'string' ? 8 : 7);
  }
}

function writeNode({ type, name, inputs, outputs, attributes }: OnnxNode, pbf: PbfWriter): void {
  for (const input of inputs) pbf.writeStringField(1, input);
  for (const output of outputs) pbf.writeStringField(2, output);
  pbf.writeStringField(3, name);
  pbf.writeStringField(4, type);
  for (const attribute of Object.entries(attributes)) pbf.writeMessage(5, writeAttribute, attribute);
}

function writeConstant([name, { dims, elements }]: readonly [string, OnnxConstant], pbf: PbfWriter): void {
  const values = elements();
  for (const size of dims) pbf.writeVarintField(1, size);
  pbf.writeVarintField(2, typeOf(values));
  pbf.writeStringField(8, name);
  pbf.writeBytesField(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)); // little endian
}

function writeDimension(size: number, pbf: PbfWriter): void {
  if (size >= 0) pbf.writeVarintField(1, size);
  else pbf.writeStringField(2, size === -1 ? 'batch' : `${-size}*batch`);
}

function writeTensorType({ dims, dtype }: OnnxPort, pbf: PbfWriter): void {
  pbf.writeVarintField(1, TYPES[dtype]);
  pbf.writeMessage(2, (_, shape) => dims.forEach((size) => shape.writeMessage(1, writeDimension, size)), dims);
}

function writePort(port: OnnxPort, pbf: PbfWriter): void {
  pbf.writeStringField(1, port.name);
  pbf.writeMessage(2, (_, type) => type.writeMessage(1, writeTensorType, port), port);
}

function writeGraph({ nodes, constants, inputs, outputs }: OnnxGraph, pbf: PbfWriter): void {
  for (const node of nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, 'wasmgrad');
  for (const constant of constants) pbf.writeMessage(5, writeConstant, constant);
  for (const port of inputs) pbf.writeMessage(11, writePort, port);
  for (const port of outputs) pbf.writeMessage(12, writePort, port);
}

/** The bytes of an ONNX file. */
export function encodeModel(graph: OnnxGraph): Uint8Array<ArrayBuffer> {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, irVersion(graph.opset));
  pbf.writeStringField(2, 'wasmgrad');
  pbf.writeMessage(7, writeGraph, graph);
  pbf.writeMessage(
    8,
    (opset, domain) => {
      domain.writeStringField(1, '');
      domain.writeVarintField(2, opset);
    },
    graph.opset,
  );
  return new Uint8Array(pbf.finish()); // a copy without the room for more
}
