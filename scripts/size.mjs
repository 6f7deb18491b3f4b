// `npm run size`: what a page downloads for the package, minified, gzip level 9, including wasm. It fails when a page is
// above its limit, and so does test/packages/size.node.test.ts. There are three figures:
//   as one file   bundled by esbuild without splitting, so that what is loaded on demand is in it, too
//   at once       what a page loads before it runs when rollup builds it in pieces, as Vite does
//   on demand     the other pieces, most of which a page never loads: workers, the interpreter of ONNX graphs
// The bar is for the page as one file, unless the page says `pieces`: then it is for what the page loads at once.
// (When esbuild splits, it counts what an entry re-exports as used, and leaves less for later.)
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { build, transform } from 'esbuild';
import { rollup } from 'rollup';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

const networkOf = (entry) => `
  import { init } from 'wasmgrad';
  import { dense } from 'wasmgrad/layers';
  import { sequential } from '${entry}';
  await init();
  const model = sequential({ inputShape: [784] }, [
    dense({ units: 128, activation: 'relu' }),
    dense({ units: 10, activation: 'softmax' }),
  ]);`;

const training = `
  import { dataset } from 'wasmgrad/data';
  import { crossEntropy } from 'wasmgrad/losses';
  import { adam } from 'wasmgrad/optimizers';
  ${networkOf('wasmgrad/models')}
  const data = dataset(globalThis.images, globalThis.labels);
  await model.fit(data, { loss: crossEntropy(), optimizer: adam(), onEpochEnd: console.log });`;

/**
 * Pages by what they do, and the bar for each: bytes after compression. A page that is above its bar has a `limit`
 * besides, above which it must not grow until it is below the bar again.
 */
export const pages = {
  trains: { bar: 61_000, limit: 69_000, code: training },
  predicts: {
    bar: 30_000,
    code: `${networkOf('wasmgrad/predict')}
      model.setWeights(globalThis.weights);
      console.log(model.predict(globalThis.images).data());`,
  },
  'predicts from a file': {
    bar: 36_000,
    code: `
      import { init } from 'wasmgrad';
      import { dense } from 'wasmgrad/layers';
      import { loadModel } from 'wasmgrad/predict';
      await init();
      const model = loadModel(globalThis.bytes, { layers: { dense } });
      console.log(model.predict(globalThis.images).data());`,
  },
  // 25 kB above a page that trains
  'trains and exports to ONNX': {
    bar: 86_000,
    code: `import { exportOnnx } from 'wasmgrad/onnx'; ${training} console.log(exportOnnx(model));`,
  },
  // What reads and runs graphs is loaded at the first import, with the operations of every kind that a graph may need
  'trains, and imports and exports ONNX': {
    bar: 86_000,
    pieces: true,
    code: `import { exportOnnx, importOnnx } from 'wasmgrad/onnx'; ${training}
      console.log(exportOnnx(model), await importOnnx('model.onnx'));`,
  },
  'does nothing but init': { bar: 20_000, code: `import { init } from 'wasmgrad'; await init();` },
};

const generated = join(root, 'src/runtime/generated');

/** The modules' texts in a bundle. */
function inlinedTexts() {
  const files = readdirSync(generated).filter((file) => /^(strict|relaxed)-/.test(file));
  return files.map((file) => /'(.*)';/.exec(readFileSync(join(generated, file), 'utf8'))[1].replaceAll("\\'", "'"));
}

const compressed = (text) => gzipSync(text, { level: 9 }).length;

/** The page as one file. */
async function bundled(code) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

const PAGE = join(root, 'page.js');

/** The script of a page, as a file next to the package. */
const pageWith = (code) => ({
  name: 'page',
  resolveId: (id) => (id === PAGE ? id : undefined),
  load: (id) => (id === PAGE ? code : undefined),
});

/** The compressed pieces of a page: how large those are that it loads before it runs, and the others. */
async function inPieces(code) {
  const bundle = await rollup({ input: PAGE, external: /^node:/, plugins: [pageWith(code), nodeResolve()] });
  const { output } = await bundle.generate({ format: 'es' });
  /** @type {Map<string, number>} */
  const sizes = new Map();
  for (const { fileName, code } of output) {
    const minified = await transform(code, { minify: true, format: 'esm', target: 'es2022' });
    sizes.set(fileName, compressed(minified.code));
  }
  const wanted = new Set(output.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  for (const name of wanted) {
    const piece = output.find(({ fileName }) => fileName === name);
    for (const imported of piece?.imports ?? []) if (sizes.has(imported)) wanted.add(imported);
  }
  const total = (names) => names.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
  return { atOnce: total([...wanted]), onDemand: total([...sizes.keys()].filter((name) => !wanted.has(name))) };
}

/**
 * Bytes of a page as one file: minified, compressed, compressed without the inlined wasm. And of its pieces, compressed:
 * `atOnce`, `onDemand`.
 */
export async function measure(code) {
  const bundle = await bundled(code);
  const script = inlinedTexts().reduce((rest, text) => rest.replace(text, ''), bundle);
  const pieces = await inPieces(code);
  return { minified: bundle.length, gzip: compressed(bundle), script: compressed(script), ...pieces };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [page, { bar, limit = bar, pieces = false, code }] of Object.entries(pages)) {
    const { minified, gzip, script, atOnce, onDemand } = await measure(code);
    const counted = pieces ? atOnce : gzip;
    if (counted > limit) process.exitCode = 1;
    const verdict = `${counted} B${pieces ? ' at once' : ''}, ${counted <= bar ? 'within' : 'above'} the bar of ${bar} B`;
    const parts = `${script} B of scripts, ${gzip - script} B of wasm; ${minified} B minified`;
    console.log(`A page that ${page}: ${verdict}`);
    console.log(`  as one file ${gzip} B (${parts}); in pieces ${atOnce} B at once, ${onDemand} B on demand`);
  }
}
