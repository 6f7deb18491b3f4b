/** Bytes of the whole library as one module, which users may give to `init`. */
export async function wholeModule(): Promise<Uint8Array<ArrayBuffer>> {
  const file = new URL('../../build/strict.wasm', import.meta.url);
  if (typeof window !== 'undefined') return new Uint8Array(await (await fetch(file)).arrayBuffer());
  const { readFile } = await import('node:fs/promises');
  return new Uint8Array(await readFile(file));
}
