import { relaxedOr, withMemoryKind } from './binary.js';
import { core } from './generated/groups.js';
import type { KernelGroup } from './kernelGroup.js';
import { checkRuntime, makeLink } from './link.js';
import type { WasmExports } from './state.js';
import { unpack } from './unpack.js';

/**
 * The modules that work on one linear memory. A group is linked when one of its kernels is first called. That takes
 * about a millisecond; groups that are never called cost nothing.
 */
export class Linker {
  /** The modules linked so far, the walker's first, for other threads. */
  readonly modules: WebAssembly.Module[] = [];
  /** Their bytes, where known. */
  readonly #binaries: Uint8Array<ArrayBuffer>[] = [];
  readonly #enterModule: (module: WebAssembly.Module) => WebAssembly.Exports;
  readonly #shared: boolean;
  readonly #simd: 'strict' | 'relaxed';
  readonly #linked = new Map<KernelGroup, WebAssembly.Exports>();
  /** The strict module of the first group, from which the others copy. */
  #core = new Uint8Array();
  /** The whole library as one module, if `init` was given one. */
  #whole: WebAssembly.Exports | undefined;

  /** `workspace`: scratch memory of this thread. `shared`: whether `memory` is. */
  constructor(memory: WebAssembly.Memory, workspace: number, shared: boolean, simd: 'strict' | 'relaxed') {
    this.#enterModule = makeLink(memory, workspace);
    this.#shared = shared;
    this.#simd = simd;
  }

  /** Links the walker's module, or `whole` in place of all modules. */
  async start(whole?: WebAssembly.Module | Uint8Array<ArrayBuffer>): Promise<WasmExports> {
    if (whole) return checkRuntime((this.#whole = this.#enter(whole)));
    const { relaxed } = this.#simd === 'relaxed' ? (await import('./relaxedCore.js')).relaxedCore : core;
    this.#core = unpack(core.strict, this.#core);
    return checkRuntime(this.#link(core, this.#core, relaxed));
  }

  /** The exports of a group's module, which is linked now if necessary. */
  exportsOf(group: KernelGroup): WebAssembly.Exports {
    const known = this.#whole ?? this.#linked.get(group);
    const relaxed = this.#simd === 'relaxed' ? group.relaxed : undefined;
    return known ?? this.#link(group, unpack(group.strict, this.#core), relaxed);
  }

  /** Links a group: its strict module, or the relaxed one. */
  #link(group: KernelGroup, strict: Uint8Array<ArrayBuffer>, relaxed: string | undefined): WebAssembly.Exports {
    const exports = this.#enter(relaxedOr(strict, relaxed));
    this.#linked.set(group, exports);
    return exports;
  }

  #enter(source: WebAssembly.Module | Uint8Array<ArrayBuffer>): WebAssembly.Exports {
    const binary = source instanceof WebAssembly.Module ? undefined : withMemoryKind(source, this.#shared);
    const module = source instanceof WebAssembly.Module ? source : new WebAssembly.Module(binary ?? source);
    const exports = this.#enterModule(module);
    this.modules.push(module);
    if (binary) this.#binaries.push(binary);
    return exports;
  }

  /** The modules so far, for shared or for unshared memory. Compiled modules given to `init` suit only one of them. */
  async forMemory(shared: boolean): Promise<readonly WebAssembly.Module[]> {
    if (shared === this.#shared) return [...this.modules];
    return Promise.all(this.#binaries.map((binary) => WebAssembly.compile(withMemoryKind(binary, shared))));
  }
}
