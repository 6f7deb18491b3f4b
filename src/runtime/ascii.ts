const SHIFT = 3;
const ROW = 88;
const CHARACTERS = 90;
const FIRST = 61;

/** Decodes bytes from printable ASCII, those of the module that unpacks all others. scripts/build/ascii.mjs encodes them. */
export function fromAscii(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  let row = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const value = (code - 35 - Number(code > 60) - Number(code > 92) + CHARACTERS - FIRST) % CHARACTERS;
    if (value >= ROW) row = ROW * (value - ROW + 1);
    else {
      bytes[length++] = row + value - SHIFT;
      row = 0;
    }
  }
  return bytes.slice(0, length);
}
