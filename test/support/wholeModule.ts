/** Bytes of the library as one module, as the build has left it: what users who bring their own module give to `init`. */
export async function wholeModule(): Promise<Uint8Array<ArrayBuffer>> {
  const file = new URL('../../build/strict.wasm', import.meta.url);
  if (typeof window !== 'undefined') return new Uint8Array(await (await fetch(file)).arrayBuffer());
  const { readFile } = await import('node:fs/promises');
  return new Uint8Array(await readFile(file));
}
