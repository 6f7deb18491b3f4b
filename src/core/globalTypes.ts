// Types of the platform. The package's declarations must compile without lib `DOM` and without @types/node.

/** Instances of a global class, `never` where the compiler does not know the class. */
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
