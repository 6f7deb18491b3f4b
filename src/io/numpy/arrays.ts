import { show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import { runtime } from '../../runtime/state.js';
import { makeTensor } from '../../tensors/creation.js';
import { isTensor, type DType, type Tensor } from '../../tensors/tensor.js';
import { asBytes, type Bytes } from '../bytes.js';
import type { NamedTensors } from '../tensors.js';
import { valuesOf } from '../values.js';
import { openZip } from '../zip.js';
import { decodeNpy, encodeNpy } from './npy.js';

function tensorOf(where: string, at: string, bytes: Uint8Array): Tensor<DType> {
  const array = decodeNpy(at, bytes);
  return makeTensor(where, valuesOf(at, array), array.shape);
}

/**
 * The array in a `.npy` file of NumPy's: every numeric type, byte order and memory order, versions 1 to 3. Floats become
 * f32, whole numbers and booleans i32.
 *
 * @throws FormatError for a damaged file, a type that is not numeric, and a number that does not fit into f32 or i32;
 *   TypeError; OutOfMemoryError; NotInitializedError before `init()`
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { readNpy, writeNpy } from 'wasmgrad/io';
 * await init();
 * const bytes = writeNpy(tensor([[1, 2], [3, 4]])); // np.load reads it
 * console.log(readNpy(bytes).toArray()); // [[1, 2], [3, 4]]
 * ```
 */
export function readNpy(bytes: Bytes): Tensor<DType> {
  const given = asBytes('readNpy', bytes);
  runtime();
  return tensorOf('readNpy', 'readNpy', given);
}

/**
 * The arrays in a `.npz` file of NumPy's (`np.savez`, `np.savez_compressed`), by their names; see `readNpy`. A file that
 * unpacks to more than 64 MiB and more than 100 times its size is refused.
 *
 * @throws FormatError naming the array, for what `readNpy` refuses and for a damaged archive; TypeError; OutOfMemoryError;
 *   NotInitializedError before `init()`
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { readNpz } from 'wasmgrad/io';
 * await init();
 * const empty = Uint8Array.of(0x50, 0x4b, 5, 6, ...new Array(18).fill(0)); // np.savez(file)
 * console.log(Object.keys(readNpz(empty))); // []
 * ```
 */
export function readNpz(bytes: Bytes): NamedTensors {
  const given = asBytes('readNpz', bytes);
  runtime();
  const made: NamedTensors = {};
  try {
    for (const [file, read] of openZip('readNpz', given)) {
      const name = file.replace(/\.npy$/, '');
      if (name === '__proto__' || Object.hasOwn(made, name))
        refuse(FormatError, 'readNpz', 'distinct ordinary names', show(name));
      made[name] = tensorOf('readNpz', `readNpz: array ${show(name)}`, read());
    }
    return made;
  } catch (error) {
    for (const tensor of Object.values(made)) tensor.dispose();
    throw error;
  }
}

/**
 * A tensor as the bytes of a `.npy` file, which `np.load` reads: float32 or int32.
 *
 * @throws TypeError, DisposedError
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { readNpy, writeNpy } from 'wasmgrad/io';
 * await init();
 * console.log(readNpy(writeNpy(tensor(Int32Array.of(1, 2)))).dtype); // i32
 * ```
 */
export function writeNpy(x: Tensor<DType>): Uint8Array<ArrayBuffer> {
  const given: unknown = x;
  if (!isTensor(given)) refuse(TypeError, 'writeNpy', 'a tensor', show(given));
  return encodeNpy(x.data(), x.shape);
}
