// A rollup plugin for @assemblyscript/loader, which does two things when it is imported: it defines Object.hasOwn, an
// error where intrinsics are frozen, and makes a TextDecoder, an error where there is none (Jest with jsdom). Every
// engine with WebAssembly SIMD has Object.hasOwn, and the decoder is made where it is used. Its helpers for strings,
// arrays and objects of AssemblyScript are left out: kernels have nothing but numbers, and a page would load 2 kB of
// them.
const EDITS = [
  [/Object\.hasOwn = Object\.hasOwn \|\| function\b[^}]*\};/, ''],
  [/const utf16 = (new TextDecoder\([^)]*\));.*/, 'const utf16 = () => $1;'],
  [/\butf16\.decode\(/, 'utf16().decode('],
  [/const exports = postInstantiate\(extended, ([\w.]+)\);/g, 'const exports = $1.exports;'],
];

export const wasmLoader = {
  name: 'wasm-loader',
  transform(code, id) {
    if (!id.includes('@assemblyscript/loader')) return undefined;
    const edited = EDITS.reduce((text, [pattern, replacement]) => {
      if (!pattern.test(text)) throw new Error(`wasm-loader: expected ${pattern} in ${id}`);
      return text.replace(pattern, replacement);
    }, code);
    return { code: edited, map: null };
  },
};
