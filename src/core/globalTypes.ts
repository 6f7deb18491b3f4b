// Types of the platform, for declarations that must compile without those of browsers (lib `DOM`) or of Node.

/** Instances of a global class, or nothing where the compiler does not know the class. */
export type GlobalInstance<Name extends string> = typeof globalThis extends {
  readonly [Each in Name]: { readonly prototype: infer Instance };
}
  ? Instance
  : never;

/** A compiled module; @types/node has no WebAssembly. */
export type WasmModule = typeof globalThis extends {
  readonly WebAssembly: { readonly Module: { readonly prototype: infer Instance } };
}
  ? Instance
  : never;
