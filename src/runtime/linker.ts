import { instantiate, instantiateSync } from '@assemblyscript/loader';
import { inlinedBytes, strictBytes, withMemoryKind } from './binary.js';
import { core } from './generated/groups.js';
import { presentGroups, type KernelGroup } from './kernelGroup.js';
import { checkRuntime, dispatchTable, enterModule } from './link.js';
import type { WasmExports } from './state.js';

const ON_PAGE = typeof document !== 'undefined';

/**
 * The modules that work on one linear memory. A group is linked when one of its kernels is first called, which makes for
 * a quick start; on a page's main thread all there are with `init()`, so that it need not stop to compile.
 */
export class Linker {
  /** Of the instances so far, the walker's first: what another thread needs. */
  readonly modules: WebAssembly.Module[] = [];
  /** Their bytes, as far as they are known. */
  readonly #binaries: Uint8Array<ArrayBuffer>[] = [];
  readonly #imports: { readonly memory: WebAssembly.Memory; readonly table: WebAssembly.Table };
  readonly #workspace: number;
  readonly #shared: boolean;
  readonly #simd: 'strict' | 'relaxed';
  readonly #linked = new Map<KernelGroup, WebAssembly.Exports>();
  /** The library as one module, if `init` was given it. */
  #whole: WebAssembly.Exports | undefined;

  /** `workspace`: scratch memory of this thread. `shared`: whether `memory` is. */
  constructor(memory: WebAssembly.Memory, workspace: number, shared: boolean, simd: 'strict' | 'relaxed') {
    this.#imports = { memory, table: dispatchTable() };
    this.#workspace = workspace;
    this.#shared = shared;
    this.#simd = simd;
  }

  /** Links what everything needs; all of it when `whole` is given. */
  async start(whole?: WebAssembly.Module | Uint8Array<ArrayBuffer>): Promise<WasmExports> {
    if (whole) this.#whole = await this.#link(whole);
    else await this.linkPresent();
    return checkRuntime(this.exportsOf(core));
  }

  /** Links the groups that are not to wait until they are called, those that came with code loaded since included. */
  async linkPresent(): Promise<void> {
    if (this.#whole || (this.#simd === 'strict' && !ON_PAGE)) return;
    for (const group of [core, ...presentGroups]) {
      if (!this.#linked.has(group)) this.#linked.set(group, await this.#link(await inlinedBytes(group, this.#simd)));
    }
  }

  /** Links every group, so that `modules` has all that may ever be called. */
  linkAll(): void {
    for (const group of presentGroups) this.exportsOf(group);
  }

  /** Links the group's module now if it is not yet. */
  exportsOf(group: KernelGroup): WebAssembly.Exports {
    const known = this.#whole ?? this.#linked.get(group);
    if (known) return known;
    const binary = withMemoryKind(strictBytes(group), this.#shared);
    const { instance, module } = instantiateSync(binary, { env: { ...this.#imports } });
    const exports = this.#enter(module, instance, binary);
    this.#linked.set(group, exports);
    return exports;
  }

  async #link(source: WebAssembly.Module | Uint8Array<ArrayBuffer>): Promise<WebAssembly.Exports> {
    const binary = source instanceof WebAssembly.Module ? undefined : withMemoryKind(source, this.#shared);
    const { instance, module } = await instantiate(binary ?? source, { env: { ...this.#imports } });
    return this.#enter(module, instance, binary);
  }

  #enter(
    module: WebAssembly.Module,
    instance: WebAssembly.Instance,
    binary: Uint8Array<ArrayBuffer> | undefined,
  ): WebAssembly.Exports {
    this.modules.push(module);
    if (binary) this.#binaries.push(binary);
    return enterModule(instance, this.#imports.table, this.#workspace);
  }

  /** The modules so far for memory that is shared or is not; modules that `init` was given compiled are of one kind. */
  async forMemory(shared: boolean): Promise<readonly WebAssembly.Module[]> {
    if (shared === this.#shared) return [...this.modules];
    return Promise.all(this.#binaries.map((binary) => WebAssembly.compile(withMemoryKind(binary, shared))));
  }
}
