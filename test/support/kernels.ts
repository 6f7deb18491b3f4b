// Instances for kernel tests: the inlined strict modules with their own memory and a bump allocator.
// In Node, KERNELS_WASM names another build (used while developing a kernel).
import * as kernels from '../../src/runtime/generated/kernels.js';
import * as groups from '../../src/runtime/generated/groups.js';
import { STATIC_END, WORKSPACE_BYTES } from '../../src/runtime/generated/layout.js';
import { exportOf } from '../../src/runtime/kernel.js';
import { dispatchTable, enterModule } from '../../src/runtime/link.js';
import { strictBytes } from './modules.js';

/** The kernels as functions. */
export type KernelSignatures = {
  [K in keyof typeof kernels]: NonNullable<(typeof kernels)[K]['run']>;
};

const hasKernels = (named: Record<string, unknown>): named is KernelSignatures =>
  Object.values(named).every((routine) => typeof routine === 'function');

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

async function wasmBytes(): Promise<BufferSource[]> {
  const file = typeof process === 'undefined' ? undefined : process.env['KERNELS_WASM'];
  if (file === undefined) return Object.values(groups).map(strictBytes);
  const { readFileSync } = await import('node:fs');
  return [readFileSync(file)];
}

const modules = (await wasmBytes()).map((bytes) => new WebAssembly.Module(bytes));

export function kernelBench(pages = 1024): KernelBench {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 65536 });
  const table = dispatchTable();
  const instances = modules.map((module) => new WebAssembly.Instance(module, { env: { memory, table } }));
  const exports: Record<string, unknown> = {};
  for (const instance of instances) Object.assign(exports, enterModule(instance, table, STATIC_END));
  const named = Object.fromEntries(Object.entries(kernels).map(([name, one]) => [name, exports[exportOf(one)]]));
  if (!hasKernels(named)) throw new Error('kernelBench: expected every kernel in the modules');
  const start = STATIC_END + WORKSPACE_BYTES;
  let top = start;
  const take = (size: number): number => {
    const pointer = top;
    top = (top + size + 127) & ~63; // at least 64 spare bytes between neighbours
    if (top > memory.buffer.byteLength) throw new Error('kernelBench: out of memory');
    return pointer;
  };
  return {
    kernels: named,
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
