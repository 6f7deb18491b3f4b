// A bare instance for kernel tests: the built strict module, its own memory, a bump allocator.
// In Node, KERNELS_WASM names another build (used while developing a kernel).
import { instantiateSync } from '@assemblyscript/loader';
import { inlinedBytes } from '../../src/runtime/binary.js';
import type { KernelSignatures } from '../../src/runtime/generated/kernels.js';

type KernelExports = KernelSignatures & { setWorkspace(pointer: number): void };

const HEAP_START = 4096;
const WORKSPACE = 1 << 20;

export interface KernelBench {
  readonly kernels: KernelSignatures;
  readonly memory: WebAssembly.Memory;
  /** Copies values in, returns the 64-byte aligned pointer. `slack` NaN guard floats follow the data. */
  f32(values: ArrayLike<number>): number;
  i32(values: ArrayLike<number>): number;
  f64(values: ArrayLike<number>): number;
  /** `length` floats filled with `fill` (default NaN), so that a missing write shows. */
  out(length: number, fill?: number): number;
  readF32(pointer: number, length: number): Float32Array;
  readI32(pointer: number, length: number): Int32Array;
  readF64(pointer: number, length: number): Float64Array;
  /** Forgets everything allocated so far. */
  reset(): void;
}

async function wasmBytes(): Promise<BufferSource> {
  const file = typeof process === 'undefined' ? undefined : process.env['KERNELS_WASM'];
  if (file === undefined) return inlinedBytes('strict');
  const { readFileSync } = await import('node:fs');
  return readFileSync(file);
}

const module = new WebAssembly.Module(await wasmBytes());

export function kernelBench(pages = 1024): KernelBench {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 65536 });
  const { exports } = instantiateSync<Record<string, unknown> & KernelExports>(module, { env: { memory } });
  exports.setWorkspace(HEAP_START);
  const start = HEAP_START + WORKSPACE;
  let top = start;
  const take = (size: number): number => {
    const pointer = top;
    top = (top + size + 127) & ~63; // at least 64 spare bytes between neighbours
    if (top > memory.buffer.byteLength) throw new Error('kernelBench: out of memory');
    return pointer;
  };
  return {
    kernels: exports,
    memory,
    f32: (values) => {
      const p = take(values.length * 4);
      new Float32Array(memory.buffer, p, values.length).set(values);
      return p;
    },
    i32: (values) => {
      const p = take(values.length * 4);
      new Int32Array(memory.buffer, p, values.length).set(values);
      return p;
    },
    f64: (values) => {
      const p = take(values.length * 8);
      new Float64Array(memory.buffer, p, values.length).set(values);
      return p;
    },
    out: (length, fill = NaN) => {
      const p = take(length * 4);
      new Float32Array(memory.buffer, p, length).fill(fill);
      return p;
    },
    readF32: (p, length) => new Float32Array(memory.buffer, p, length).slice(),
    readI32: (p, length) => new Int32Array(memory.buffer, p, length).slice(),
    readF64: (p, length) => new Float64Array(memory.buffer, p, length).slice(),
    reset: () => {
      top = start;
    },
  };
}
