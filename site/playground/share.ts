// Code in the part of the address behind #code=: compressed, in letters that addresses may have.

async function through(bytes: Uint8Array<ArrayBuffer>, stream: GenericTransformStream): Promise<ArrayBuffer> {
  return new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer();
}

/** The hash of an address that opens the playground with this code. */
export async function hashOf(code: string): Promise<string> {
  const bytes = new Uint8Array(await through(new TextEncoder().encode(code), new CompressionStream('deflate-raw')));
  const letters = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  return `#code=${letters.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}

/** The code of such a hash, or undefined if it has none that can be read. */
export async function codeOf(hash: string): Promise<string | undefined> {
  const packed = /^#code=([\w-]+)$/.exec(hash)?.[1];
  if (packed === undefined) return undefined;
  try {
    const text = atob(packed.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    return new TextDecoder().decode(await through(bytes, new DecompressionStream('deflate-raw')));
  } catch {
    return undefined; // cut off on its way
  }
}
