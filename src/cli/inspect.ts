import { decodeOnnx } from '../onnx/import/decode.js';
import { decodeTensors } from '../io/safetensors.js';
import { KEY } from '../io/readModel.js';
import type { Preprocessing } from '../data/index.js';
import { TableModel } from '../io/tableModel.js';
import type { FilePort } from '../onnx/import/file.js';
import type { Model } from '../models/index.js';
import type { Command, Given } from './command.js';
import { lineOf, UsageError } from './errors.js';
import { readBytes } from './files.js';
import { FORMATS, formatOf, isOwnModel, modelOf, tensorFacts, type Format, type TensorFacts } from './formats.js';
import { aligned } from './outcome.js';
import { inFile } from './rows.js';
import { bold, print, printText } from './terminal.js';

/** All that is said of a file; what it does not have is left out. */
interface Facts {
  readonly file: string;
  readonly bytes: number;
  readonly format: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly onnx?: OnnxFacts;
  readonly model?: ReturnType<typeof modelFacts>;
  /** Why there is no model, if there should be one. */
  readonly problem?: string;
  readonly table?: ReturnType<typeof tableFacts>;
  readonly tensors?: readonly TensorFacts[];
}

interface OnnxFacts {
  readonly opset: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly operators: Readonly<Record<string, number>>;
}

function modelFacts(model: Model) {
  return {
    inputShape: model.inputShape,
    outputShape: model.outputShape,
    parameters: model.parameterCount,
    layers: model.layers.map(({ name, kind, outputShape, weights }) => ({
      name,
      kind,
      outputShape,
      weights: weights.map((weight) => ({ name: weight.name, shape: weight.shape })),
    })),
  };
}

function tableFacts({ data, inputs }: Preprocessing) {
  return {
    columns: data.columns.map(({ name, role }) => ({ name, role })),
    labels: data.labels.map((label) => ({ name: label.name, ...('classes' in label && { classes: label.classes }) })),
    inputs,
  };
}

function onnxFacts(bytes: Uint8Array): OnnxFacts {
  const { opset, inputs, outputs, nodes } = decodeOnnx('inspect', bytes);
  const port = ({ name, dtype, dims }: FilePort): string =>
    `${name} ${dtype} [${(dims ?? ['?']).map((size) => (size === '' ? '?' : size)).join(', ')}]`;
  const operators = new Map<string, number>();
  for (const { op } of nodes) operators.set(op, (operators.get(op) ?? 0) + 1);
  return { opset, inputs: inputs.map(port), outputs: outputs.map(port), operators: Object.fromEntries(operators) };
}

/** The model in a file, or why there is none. */
async function modelIn(path: string, bytes: Uint8Array, format: Format): Promise<{ model?: Model; problem?: string }> {
  try {
    return { model: await modelOf(path, bytes, format) };
  } catch (error) {
    // Files of ours must load; those of others may have layers that do not exist here
    if (format === 'safetensors' || format === 'tfjs') throw error;
    return { problem: lineOf(error) };
  }
}

async function factsOf(path: string): Promise<{ facts: Facts; summary: string }> {
  const bytes = await readBytes(path);
  const format = formatOf(path, bytes);
  const base = { file: path, bytes: bytes.length, format: FORMATS[format] };
  const isTensors = format === 'npy' || format === 'npz' || (format === 'safetensors' && !isOwnModel(bytes, format));
  const tensors = format === 'safetensors' || isTensors ? tensorFacts(bytes, isTensors ? format : 'safetensors') : [];
  const metadata = format === 'safetensors' ? otherMetadata(bytes) : {};
  const more = {
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...(format === 'onnx' && { onnx: onnxFacts(bytes) }),
  };
  if (isTensors) return { facts: { ...base, ...more, tensors }, summary: '' };
  const { model, problem } = await modelIn(path, bytes, format);
  if (!model) return { facts: { ...base, ...more, ...(problem !== undefined && { problem }) }, summary: '' };
  const table = model instanceof TableModel ? model.preprocessing : undefined;
  const facts = { ...base, ...more, model: modelFacts(model), ...(table && { table: tableFacts(table) }), ...(tensors.length > 0 && { tensors }) }; // prettier-ignore
  const summary = model.summary();
  model.dispose();
  return { facts, summary };
}

/** The metadata besides our own configuration. */
function otherMetadata(bytes: Uint8Array): Record<string, string> {
  const { metadata } = decodeTensors('inspect', bytes);
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => name !== KEY));
}

function tableText({ columns, labels }: ReturnType<typeof tableFacts>): string {
  const rows = [
    ...columns.map(({ name, role }) => [name, role]),
    ...labels.map(({ name, classes }) => [
      name,
      classes ? `label: ${classes.map(String).join(', ')}` : 'label: a number',
    ]),
  ];
  const width = Math.max(...rows.map(([name = '']) => name.length));
  return `${bold('Columns')}\n${rows.map(([name = '', what = '']) => `  ${name.padEnd(width)}  ${what}`).join('\n')}`;
}

function tensorText(tensors: readonly TensorFacts[]): string {
  const rows = tensors.map(({ name, dtype, shape }) => [name, dtype, `[${shape.join(', ')}]`]);
  const values = tensors.reduce((sum, { shape }) => sum + shape.reduce((size, n) => size * n, 1), 0);
  return `${bold(`Tensors: ${tensors.length}, ${values.toLocaleString('en-US')} numbers`)}\n${aligned(rows)}`;
}

function textOf(
  { file, bytes, format, metadata, onnx, problem, table, tensors, model }: Facts,
  summary: string,
): string {
  const parts = [`${bold(file)}: ${format}, ${bytes.toLocaleString('en-US')} bytes`];
  if (metadata) parts.push(`${bold('Metadata')}\n${Object.entries(metadata).map(([name, text]) => `  ${name}: ${text}`).join('\n')}`); // prettier-ignore
  if (onnx) {
    const operators = Object.entries(onnx.operators).map(([name, count]) => `${name} ${count}`);
    parts.push(`${bold('ONNX')}\n${[`opset ${onnx.opset}`, ...onnx.inputs.map((input) => `input ${input}`), ...onnx.outputs.map((output) => `output ${output}`), `operators ${operators.join(', ')}`].map((line) => `  ${line}`).join('\n')}`); // prettier-ignore
  }
  if (summary !== '') parts.push(summary);
  if (problem !== undefined) parts.push(`not imported: ${problem}`);
  if (table) parts.push(tableText(table));
  if (tensors && !model) parts.push(tensorText(tensors));
  return parts.join('\n\n');
}

async function run(given: Given): Promise<number> {
  const path = given.at(0);
  if (path === '-') throw new UsageError('expected the path of a file, got -');
  try {
    const { facts, summary } = await factsOf(path);
    if (given.has('json')) await print(`${JSON.stringify(facts, undefined, 2)}\n`);
    else await printText(`${textOf(facts, summary)}\n`);
    return 0;
  } catch (error) {
    throw inFile(path, error);
  }
}

export const inspect: Command = {
  name: 'inspect',
  args: 'FILE',
  counts: [1, 1],
  summary: 'Shows layers, sizes and metadata of a file',
  details: `Reads safetensors, ONNX, TensorFlow.js (model.json), Keras (.keras, .h5), .npy and .npz.`,
  options: { json: { help: 'writes JSON' } },
  run,
};
