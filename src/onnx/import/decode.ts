// The bytes of an ONNX file (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) as plain data.
import { show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import { dtypeOf, type FileAttribute, type FileNode, type FilePort, type FileTensor, type OnnxFile } from './file.js';
import { readTensor } from './tensorProto.js';
import { Wire } from './wire.js';

/** Versions of the operators. The cases of the ONNX project are of versions 6 to 28. */
const [OLDEST, NEWEST] = [6, 28];

/** AttributeProto.type */
const [FLOAT, INT, STRING, TENSOR, FLOATS, INTS, STRINGS] = [1, 2, 3, 4, 6, 7, 8];

function readAttribute(wire: Wire, node: string): [name: string, value: FileAttribute] {
  const seen = { name: '', type: 0, number: 0, text: '', numbers: [] as number[], texts: [] as string[] };
  let held: FileTensor | undefined;
  let kind = 0;
  const found = <T>(type: number, value: T): T => {
    kind = type;
    return value;
  };
  wire.fields((field) => {
    if (field === 1) seen.name = wire.text();
    else if (field === 2) seen.number = found(FLOAT, wire.float());
    else if (field === 3) seen.number = found(INT, wire.integer());
    else if (field === 4) seen.text = found(STRING, wire.text());
    else if (field === 5)
      held = found(
        TENSOR,
        wire.message((inner) => readTensor(inner, `a tensor in ${node}`)),
      );
    else if (field === 7) wire.floats(found(FLOATS, seen.numbers));
    else if (field === 8) wire.integers(found(INTS, seen.numbers));
    else if (field === 9) found(STRINGS, seen.texts).push(wire.text());
    else if (field === 20) seen.type = wire.integer();
    else if (field === 6 || field === 10 || field === 11 || field >= 21) kind = field === 21 ? -21 : -1;
  });
  const type = seen.type === 0 ? kind : seen.type;
  const value = valueOf(type, { ...seen, held });
  if (value !== undefined && kind >= 0) return [seen.name, value];
  refuse(FormatError, wire.where, `numbers, texts and tensors as attributes of ${node}`, `another ${show(seen.name)}`);
}

function valueOf(
  type: number,
  { number, text, numbers, texts, held }: { number: number; text: string; numbers: number[]; texts: string[]; held: FileTensor | undefined }, // prettier-ignore
): FileAttribute | undefined {
  if (type === FLOAT || type === INT) return number;
  if (type === STRING) return text;
  if (type === TENSOR) return held;
  if (type === FLOATS || type === INTS) return numbers;
  return type === STRINGS ? texts : undefined;
}

function readNode(wire: Wire, position: number): FileNode {
  const node = { op: '', name: '', domain: '', inputs: [] as string[], outputs: [] as string[] };
  const attributes: ((label: string) => void)[] = [];
  const read = new Map<string, FileAttribute>();
  wire.fields((field) => {
    if (field === 1) node.inputs.push(wire.text());
    else if (field === 2) node.outputs.push(wire.text());
    else if (field === 3) node.name = wire.text();
    else if (field === 4) node.op = wire.text();
    else if (field === 5) {
      const bytes = wire.bytes();
      attributes.push((label) => {
        const [name, value] = readAttribute(Wire.of(wire.where, bytes), label);
        if (read.has(name)) refuse(FormatError, wire.where, `distinct attributes of ${label}`, `${show(name)} twice`);
        read.set(name, value);
      });
    } else if (field === 7) node.domain = wire.text();
  });
  const domain = node.domain === 'ai.onnx' ? '' : node.domain;
  const named = { ...node, domain, name: node.name || node.outputs[0] || `node ${position}` };
  for (const attribute of attributes) attribute(labelOf(named));
  return { ...named, attributes: Object.fromEntries(read) };
}

/** How messages name a node. */
export const labelOf = ({ op, name }: { readonly op: string; readonly name: string }): string => `${op} ${show(name)}`;

function readDimension(wire: Wire): number | string {
  let size: number | string = '';
  wire.fields((field) => {
    if (field === 1) size = wire.integer();
    else if (field === 2) size = wire.text();
  });
  return size;
}

function readPort(wire: Wire): FilePort {
  let name = '';
  let code = 0;
  let dims: (number | string)[] | undefined;
  const readShape = (shape: Wire): void => {
    const sizes: (number | string)[] = (dims = []);
    shape.fields((field) => {
      if (field === 1) sizes.push(shape.message(readDimension));
    });
  };
  const readTensorType = (type: Wire): void =>
    type.fields((field) => {
      if (field === 1) code = type.integer();
      else if (field === 2) type.message(readShape);
    });
  wire.fields((field) => {
    if (field === 1) name = wire.text();
    else if (field === 2)
      wire.message((type) =>
        type.fields((kind) => {
          if (kind === 1) type.message(readTensorType);
        }),
      );
  });
  const dtype = dtypeOf(code);
  if (!dtype) refuse(FormatError, wire.where, `numbers in ${show(name)}`, `type ${code}`);
  const bad = dims?.find((size) => typeof size === 'number' && !(size >= 0 && size < 2 ** 31));
  if (bad !== undefined) refuse(FormatError, wire.where, `sizes >= 0 of ${show(name)}`, bad);
  return { name, dtype, dims };
}

interface Parts {
  readonly nodes: FileNode[];
  readonly initializers: Map<string, FileTensor>;
  readonly inputs: FilePort[];
  readonly outputs: FilePort[];
}

function readGraph(wire: Wire, parts: Parts): void {
  const ports: [(typeof parts)['inputs'], Uint8Array][] = [];
  wire.fields((field) => {
    if (field === 1) parts.nodes.push(wire.message((node) => readNode(node, parts.nodes.length + 1)));
    else if (field === 5) {
      const { name, ...tensor } = wire.message((inner) => readTensor(inner));
      if (parts.initializers.has(name)) refuse(FormatError, wire.where, 'distinct initializers', `${show(name)} twice`);
      parts.initializers.set(name, tensor);
    } else if (field === 11) ports.push([parts.inputs, wire.bytes()]);
    else if (field === 12) ports.push([parts.outputs, wire.bytes()]);
    else if (field === 15) refuse(FormatError, wire.where, 'dense initializers', 'a sparse one');
  });
  for (const [into, bytes] of ports) into.push(readPort(Wire.of(wire.where, bytes)));
}

/** What an ONNX file says. @throws FormatError naming the node or tensor that is wrong */
export function decodeOnnx(where: string, bytes: Uint8Array): OnnxFile {
  const wire = Wire.of(where, bytes);
  const parts: Parts = { nodes: [], initializers: new Map(), inputs: [], outputs: [] };
  const opsets = new Map<string, number>();
  let graphs = 0;
  wire.fields((field) => {
    if (field === 7 && graphs++ === 0) wire.message((graph) => readGraph(graph, parts));
    else if (field === 8) wire.message((entry) => readOpset(entry, opsets));
  });
  if (graphs !== 1) refuse(FormatError, where, 'an ONNX file with one graph', `${graphs}`);
  const opset = opsets.get('') ?? opsets.get('ai.onnx') ?? (opsets.size > 0 ? NEWEST : 1);
  if (!(opset >= OLDEST && opset <= NEWEST)) refuse(FormatError, where, `an opset from ${OLDEST} to ${NEWEST}`, opset);
  const inputs = parts.inputs.filter(({ name }) => !parts.initializers.has(name));
  return { opset, ...parts, inputs };
}

function readOpset(wire: Wire, into: Map<string, number>): void {
  let [domain, version] = ['', 0];
  wire.fields((field) => {
    if (field === 1) domain = wire.text();
    else if (field === 2) version = wire.integer();
  });
  into.set(domain, version);
}
