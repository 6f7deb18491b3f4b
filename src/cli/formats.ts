// Files of models and arrays, told apart by their contents.
import { init } from '../runtime/init.js';
import { decodeNpy } from '../io/numpy/npy.js';
import { isHdf5 } from '../io/hdf5/group.js';
import { importKeras, importTfjs, loadModel, readNpy, readNpz, readTensors, type NamedTensors } from '../io/index.js';
import { KEY } from '../io/readModel.js';
import { decodeTensors, dtypeOf } from '../io/safetensors.js';
import { isZip, openZip } from '../io/zip.js';
import { importOnnx } from '../onnx/index.js';
import { decodeOnnx } from '../onnx/import/decode.js';
import type { Model } from '../models/index.js';
import { CommandError, lineOf } from './errors.js';
import { inFile } from './rows.js';

export const FORMATS = {
  safetensors: 'safetensors',
  onnx: 'ONNX',
  tfjs: 'TensorFlow.js layers model',
  keras: 'Keras',
  npy: 'NumPy array',
  npz: 'NumPy archive',
} as const;

export type Format = keyof typeof FORMATS;

const NPY = '\u0093NUMPY';

function isSafetensors(bytes: Uint8Array): boolean {
  if (bytes.length < 10) return false;
  const header = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  return header >= 2 && header <= bytes.length - 8 && bytes[8] === 0x7b;
}

/** The format of a file. @throws CommandError for any other */
export function formatOf(path: string, bytes: Uint8Array): Format {
  if (String.fromCharCode(...bytes.subarray(0, NPY.length)) === NPY) return 'npy';
  if (isHdf5(bytes)) return 'keras';
  if (isSafetensors(bytes)) return 'safetensors';
  try {
    if (isZip(bytes)) return openZip(path, bytes).has('config.json') ? 'keras' : 'npz';
  } catch (error) {
    throw inFile(path, error);
  }
  if (/^\s*\{/.test(new TextDecoder().decode(bytes.subarray(0, 64)))) return 'tfjs';
  if (bytes.length > 0 && isOnnx(path, bytes)) return 'onnx';
  const known = 'safetensors, ONNX, TensorFlow.js (model.json), Keras (.keras, .h5), .npy or .npz';
  throw new CommandError(`expected a file of ${known} in ${path}, got ${bytes.length === 0 ? 'an empty file' : 'something else'}`); // prettier-ignore
}

function isOnnx(path: string, bytes: Uint8Array): boolean {
  if (/\.onnx$/i.test(path)) return true; // what is wrong in it shows later
  try {
    decodeOnnx('inspect', bytes);
    return true;
  } catch {
    return false;
  }
}

/** The model in a file. @throws CommandError when it holds none, or one that cannot be imported */
export async function modelOf(path: string, bytes: Uint8Array, format: Format): Promise<Model> {
  await init();
  try {
    if (format === 'safetensors') return loadModel(bytes);
    if (format === 'onnx') return await importOnnx(bytes);
    if (format === 'tfjs') return await importTfjs(path);
    if (format === 'keras') return await importKeras(bytes);
  } catch (error) {
    throw error instanceof Error ? new CommandError(`${path}: ${lineOf(error)}`, { cause: error }) : error;
  }
  throw new CommandError(`expected a model in ${path}, got a ${FORMATS[format]}`);
}

/** Whether a safetensors file is a model of this library. */
export function isOwnModel(bytes: Uint8Array, format: Format): boolean {
  return format === 'safetensors' && KEY in decodeTensors('inspect', bytes).metadata;
}

/** The tensors of a file without layers. @throws CommandError */
export async function tensorsOf(path: string, bytes: Uint8Array, format: Format): Promise<NamedTensors> {
  await init();
  try {
    if (format === 'npy') return { array: readNpy(bytes) };
    return format === 'npz' ? readNpz(bytes) : readTensors(bytes);
  } catch (error) {
    throw inFile(path, error);
  }
}

/** A tensor as its file describes it. */
export interface TensorFacts {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** The names and sizes in a file of tensors, without taking memory for them. @throws FormatError */
export function tensorFacts(bytes: Uint8Array, format: 'safetensors' | 'npy' | 'npz'): TensorFacts[] {
  if (format === 'safetensors')
    return [...decodeTensors('inspect', bytes).tensors].map(([name, tensor]) => ({
      name,
      dtype: dtypeOf(tensor),
      shape: tensor.shape,
    }));
  const files = format === 'npz' ? openZip('inspect', bytes) : new Map([['array.npy', () => bytes]]);
  return [...files].map(([file, read]) => {
    const tensor = decodeNpy(`inspect: ${file}`, read());
    return { name: file.replace(/\.npy$/, ''), dtype: dtypeOf(tensor), shape: tensor.shape };
  });
}
