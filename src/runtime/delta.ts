/**
 * Restores bytes from a description by copies of `from` and literals. scripts/build/delta.mjs makes it and describes
 * the format.
 */
export function applyDelta(from: Uint8Array, delta: Uint8Array): Uint8Array<ArrayBuffer> {
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = delta[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const to = new Uint8Array(number());
  let literal = number();
  literal += at; // literals follow the commands
  let written = 0;
  let next = 0;
  while (written < to.length) {
    const literals = number();
    to.set(delta.subarray(literal, literal + literals), written);
    literal += literals;
    written += literals;
    next += literals;
    if (written >= to.length) break;
    const length = number();
    const distance = number();
    next += distance & 1 ? -(distance + 1) / 2 : distance / 2;
    to.set(from.subarray(next, next + length), written);
    written += length;
    next += length;
  }
  return to;
}
