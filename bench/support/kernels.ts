// The bare kernels: the published wasm file with its own memory, without the rest of the library.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as kernels from '../../src/runtime/generated/kernels.js';
import { STATIC_END, WORKSPACE_BYTES } from '../../src/runtime/generated/layout.js';
import { exportOf } from '../../src/runtime/kernel.js';
import { dispatchTable, enterModule } from '../../src/runtime/link.js';

const PAGE = 65536;
const ALIGNMENT = 64;

type Exports = { [K in keyof typeof kernels]: NonNullable<(typeof kernels)[K]['run']> };

/** The kernels of an instance by name. */
function kernelsOf(exports: WebAssembly.Exports): Exports {
  return Object.fromEntries(
    Object.entries(kernels).map(([name, kernel]) => [name, exports[exportOf(kernel)]]),
  ) as Exports;
}

/** An instance of the kernels, and a memory from which blocks are allocated one after the other. */
export class Kernels {
  readonly wasm: Exports;
  readonly #memory = new WebAssembly.Memory({ initial: (STATIC_END + WORKSPACE_BYTES) / PAGE, maximum: 65536 });
  #top = STATIC_END + WORKSPACE_BYTES;

  constructor() {
    const file = createRequire(import.meta.url).resolve('wasmgrad/wasm/strict.wasm');
    const module = new WebAssembly.Module(readFileSync(file));
    const table = dispatchTable();
    const instance = new WebAssembly.Instance(module, { env: { memory: this.#memory, table } });
    this.wasm = kernelsOf(enterModule(instance, table, STATIC_END));
  }

  /** The address of a new block that holds `values`. */
  place(values: Float32Array): number {
    const pointer = this.#top;
    this.#top = Math.ceil((pointer + values.byteLength + ALIGNMENT) / ALIGNMENT) * ALIGNMENT;
    const missing = this.#top - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE));
    new Float32Array(this.#memory.buffer, pointer, values.length).set(values);
    return pointer;
  }

  /** Frees all blocks. */
  reset(): void {
    this.#top = STATIC_END + WORKSPACE_BYTES;
  }
}
