// A training snapshot as a safetensors file: weights, slots and counters as tensors, the rest as JSON in the metadata.
import { show } from '../core/checks.js';
import { FormatError, refuse } from '../core/errors.js';
import type { EpochLog, TrainingSnapshot } from '../models/index.js';
import { checkFinite } from './finite.js';
import { countOf, listOf, recordOf, textOf } from './json.js';
import type { Elements } from './dtypes.js';
import { decodeTensors, dtypeOf, type FileTensor, type TensorFile } from './safetensors.js';
import { encodeSealed, unsealed } from './sealed.js';

/** Key of everything but the tensors in the metadata. */
const KEY = 'wasmgradCheckpoint';
const VERSION = 1;
const WHERE = 'resume';

/** Prefixes of the tensors' names. */
const WEIGHT = 'weight:';
const SLOT = 'slot:';

const JSON_KEYS = [
  'version',
  'epoch',
  'batch',
  'steps',
  'rows',
  'states',
  'optimizer',
  'seed',
  'shuffle',
  'batchSize',
  'log',
  'learningRate',
];

/** Numbers that JSON cannot represent. */
function toJson(value: number | undefined): unknown {
  return Number.isFinite(value) ? value : String(value);
}

function fromJson(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  refuse(FormatError, WHERE, 'a number in the log', show(value));
}

function flat(data: Elements): FileTensor {
  return { shape: [data.length], data };
}

function prefixed(prefix: string, values: Readonly<Record<string, Float32Array>>): [string, FileTensor][] {
  return Object.entries(values).map(([name, data]) => [prefix + name, flat(data)]);
}

/** The bytes of a checkpoint. @throws NonFiniteError for a state that `resume` would refuse */
export function encodeSnapshot(snapshot: TrainingSnapshot): Uint8Array<ArrayBuffer> {
  const { weights, slots, cells, key, sums, log, ...rest } = snapshot;
  for (const values of [weights, slots, { 'the optimizer': cells }]) checkFinite('checkpoint', values);
  const logs = log.map((entry) =>
    Object.fromEntries(
      Object.entries(entry).flatMap(([name, value]) => (value === undefined ? [] : [[name, toJson(value)]])),
    ),
  );
  const tensors = new Map([
    ...prefixed(WEIGHT, weights),
    ...prefixed(SLOT, slots),
    ['cells', flat(cells)] as const,
    ['sums', flat(Float64Array.from(sums))] as const,
    ['key', flat(key)] as const,
  ]);
  return encodeSealed(KEY, { version: VERSION, ...rest, log: logs }, tensors);
}

function readLog(value: unknown): EpochLog {
  const given = recordOf(WHERE, value);
  const numbers = Object.fromEntries(Object.entries(given).map(([name, number]) => [name, fromJson(number)]));
  const { epoch, loss, learningRate, seconds, samplesPerSecond } = numbers;
  if (
    epoch === undefined ||
    loss === undefined ||
    learningRate === undefined ||
    seconds === undefined ||
    samplesPerSecond === undefined
  ) {
    refuse(FormatError, WHERE, 'a log of an epoch', show(value));
  }
  return { ...numbers, epoch, loss, learningRate, seconds, samplesPerSecond };
}

// The numbers are copied, because a snapshot may be kept for longer than the file's bytes.

function float32(name: string, tensor: FileTensor): Float32Array {
  if (tensor.data instanceof Float32Array) return tensor.data.slice();
  refuse(FormatError, WHERE, `${show(name)} of dtype F32`, dtypeOf(tensor));
}

function withPrefix(prefix: string, tensors: TensorFile['tensors']): Record<string, Float32Array> {
  const found = [...tensors].filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(found.map(([name, tensor]) => [name.slice(prefix.length), float32(name, tensor)]));
}

function float64(name: string, tensors: TensorFile['tensors']): Float64Array {
  const found = tensors.get(name);
  if (found?.data instanceof Float64Array) return found.data.slice();
  refuse(FormatError, WHERE, `a tensor '${name}' of dtype F64`, found ? dtypeOf(found) : 'none');
}

/** The snapshot in the bytes of a checkpoint. @throws FormatError */
export function decodeSnapshot(bytes: Uint8Array): TrainingSnapshot {
  const format = { key: KEY, origin: 'checkpoint()', keys: JSON_KEYS };
  const { config: values, tensors } = unsealed(WHERE, decodeTensors(WHERE, bytes), format);
  if (values['version'] !== VERSION) refuse(FormatError, WHERE, `version ${VERSION}`, show(values['version']));
  const { shuffle } = values;
  if (typeof shuffle !== 'boolean') refuse(FormatError, WHERE, 'shuffle to be true or false', show(shuffle));
  const key = tensors.get('key');
  if (!(key?.data instanceof Int32Array))
    refuse(FormatError, WHERE, "a tensor 'key' of dtype I32", key ? dtypeOf(key) : 'none');
  const { learningRate } = values;
  return {
    ...(learningRate !== undefined && { learningRate: fromJson(learningRate) }),
    epoch: countOf(WHERE, values['epoch']),
    batch: countOf(WHERE, values['batch']),
    steps: countOf(WHERE, values['steps']),
    rows: countOf(WHERE, values['rows']),
    seed: countOf(WHERE, values['seed']),
    batchSize: countOf(WHERE, values['batchSize']),
    shuffle,
    optimizer: textOf(WHERE, values['optimizer']),
    log: listOf(WHERE, values['log']).map(readLog),
    weights: withPrefix(WEIGHT, tensors),
    slots: withPrefix(SLOT, tensors),
    cells: float64('cells', tensors),
    sums: Array.from(float64('sums', tensors)),
    key: key.data.slice(),
    ...(values['states'] !== undefined && { states: listOf(WHERE, values['states']) }),
  };
}
