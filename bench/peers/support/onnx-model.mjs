// A dense network as an ONNX file, written by hand: the format is a protocol buffer, and few of its fields are needed
// (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
const utf8 = new TextEncoder();

function varint(value) {
  const bytes = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

const concat = (parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
const integer = (field, value) => Uint8Array.from([...varint(field * 8), ...varint(value)]);
const bytes = (field, content) => concat([varint(field * 8 + 2), varint(content.length), content]);
const text = (field, content) => bytes(field, utf8.encode(content));
const message = (field, ...parts) => bytes(field, concat(parts));

const FLOAT = 1;

function tensor(name, shape, values) {
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return message(5, ...shape.map((size) => integer(1, size)), integer(2, FLOAT), text(8, name), bytes(9, raw));
}

function valueInfo(field, name, shape) {
  const dimensions = shape.map((size) => message(1, integer(1, size)));
  return message(field, text(1, name), message(2, message(1, integer(1, FLOAT), message(2, ...dimensions))));
}

const node = (kind, inputs, output) =>
  message(1, ...inputs.map((name) => text(1, name)), text(2, output), text(3, `${kind}_${output}`), text(4, kind));

const OPERATORS = { relu: 'Relu', tanh: 'Tanh', sigmoid: 'Sigmoid', softmax: 'Softmax' };

/** `layers`: [{ inputs, units, activation, weights, bias }]; input `x` [batch, inputs], output `y`. */
export function denseOnnx(layers, batch) {
  const nodes = [];
  const tensors = [];
  let current = 'x';
  layers.forEach(({ inputs, units, activation, weights, bias }, i) => {
    tensors.push(tensor(`w${i}`, [inputs, units], weights), tensor(`b${i}`, [units], bias));
    const output = i === layers.length - 1 ? 'y' : `a${i}`;
    const operator = OPERATORS[activation];
    const z = operator ? `z${i}` : output;
    nodes.push(node('Gemm', [current, `w${i}`, `b${i}`], z));
    if (operator) nodes.push(node(operator, [z], output));
    current = output;
  });
  const input = valueInfo(11, 'x', [batch, layers[0].inputs]);
  const output = valueInfo(12, 'y', [batch, layers.at(-1).units]);
  const graph = message(7, ...nodes, text(2, 'network'), ...tensors, input, output);
  return concat([integer(1, 8), graph, message(8, text(1, ''), integer(2, 13))]);
}
