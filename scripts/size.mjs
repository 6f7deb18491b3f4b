// `npm run size`: what a page downloads for the package, bundled by esbuild, minified, gzip level 9, including wasm. It fails
// when a page is above its limit, and so does test/packages/size.node.test.ts.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

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
  // With operations of every kind, which a file may need
  'trains, and imports and exports ONNX': {
    bar: 86_000,
    limit: 171_500, // 3 kB of them for Winograd's convolutions
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

const bundled = (code, options) =>
  build({
    stdin: { contents: code, resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
    ...options,
  });

/** Compressed bytes of what a page loads before it runs, when it is built in pieces: the rest is loaded on demand. */
async function atOnce(code) {
  const outdir = join(root, 'build');
  const { outputFiles, metafile } = await bundled(code, {
    splitting: true,
    outdir,
    metafile: true,
    absWorkingDir: root,
  });
  const texts = new Map(outputFiles.map(({ path, text }) => [relative(root, path).replaceAll('\\', '/'), text]));
  const [entry] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint !== undefined);
  const wanted = new Set([entry]);
  for (const path of wanted)
    for (const { path: other, kind } of metafile.outputs[path].imports)
      if (kind === 'import-statement') wanted.add(other);
  return [...wanted].reduce((sum, path) => sum + compressed(texts.get(path)), 0);
}

/** Bytes of a page: minified, compressed, compressed without the inlined wasm, and of what it loads before it runs. */
export async function measure(code) {
  const { outputFiles } = await bundled(code);
  const bundle = outputFiles[0].text;
  const script = inlinedTexts().reduce((rest, text) => rest.replace(text, ''), bundle);
  return {
    minified: bundle.length,
    gzip: compressed(bundle),
    script: compressed(script),
    inPieces: await atOnce(code),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [page, { bar, limit = bar, code }] of Object.entries(pages)) {
    const { minified, gzip, script, inPieces } = await measure(code);
    const verdict = gzip <= bar ? 'within' : 'above';
    if (gzip > limit) process.exitCode = 1;
    const parts = `${script} B of scripts, ${gzip - script} B of wasm; ${minified} B minified; in pieces, ${inPieces} B at once`;
    console.log(`A page that ${page}: ${gzip} B, ${verdict} the bar of ${bar} B (${parts})`);
  }
}
