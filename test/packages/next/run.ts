// `npm run test:next`: an app made with Next, built by both of its bundlers and served, without any configuration. It trains
// while a page is made on the server, in a route, and in the browser, each with and without a worker: always with the
// bits that Node gives. A package of its own, since Next takes a third of a gigabyte.
import { execFileSync } from 'node:child_process';
import { cp, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright';
import { freePort, start } from '../../engines/programs.mjs';
import { launch } from '../support/browser.js';
import { Project } from '../support/project.js';

const NEXT = 'node_modules/next/dist/bin/next';
const environment = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };

/** The fixture with its dependencies and the packed package, far from this checkout. */
async function makeProject(): Promise<Project> {
  const project = await Project.create();
  for (const part of ['package.json', 'package-lock.json', 'app'])
    await cp(fileURLToPath(new URL(part, import.meta.url)), project.path(part), { recursive: true });
  await rename(project.path('train.mjs'), project.path('app/train.mjs'));
  await rename(project.path('node_modules/wasmgrad'), project.path('wasmgrad')); // npm ci starts from nothing
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: project.folder, stdio: 'inherit' });
  await rename(project.path('wasmgrad'), project.path('node_modules/wasmgrad'));
  return project;
}

async function untilServed(origin: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    try {
      await fetch(origin);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error('next start: expected the server to answer within half a minute');
}

/** What the app answers from a route, on the page as the server made it, and in the browser. */
async function answersOf(origin: string, browser: Browser): Promise<Record<string, string | null>> {
  const route = await (await fetch(`${origin}/api`)).text();
  const page = await browser.newPage();
  const failures: string[] = [];
  page.on('pageerror', ({ message }) => failures.push(message));
  page.on('console', (message) => message.type() === 'error' && failures.push(message.text()));
  await page.goto(origin);
  const text = (id: string): Promise<string | null> => page.locator(`#${id}:not(:empty)`).textContent();
  const answers = { route, server: await text('server'), browser: await text('browser') };
  await page.close();
  if (failures.length > 0) throw new Error(failures.join('\n'));
  return answers;
}

async function check(project: Project, bundler: string, browser: Browser, expected: string): Promise<void> {
  await rm(project.path('.next'), { recursive: true, force: true });
  const options = { cwd: project.folder, env: environment };
  execFileSync(process.execPath, [NEXT, 'build', `--${bundler}`], { ...options, stdio: 'inherit' });
  const port = String(await freePort());
  const server = start(process.execPath, [NEXT, 'start', '-H', '127.0.0.1', '-p', port], options);
  try {
    await untilServed(`http://127.0.0.1:${port}/`);
    for (const [place, answer] of Object.entries(await answersOf(`http://127.0.0.1:${port}`, browser))) {
      if (answer !== expected) throw new Error(`${bundler}, ${place}: expected ${expected}, got ${answer}`);
      console.log(`Next with ${bundler}, ${place}: the same answer as in Node, to the last bit`);
    }
  } finally {
    await server.end();
  }
}

const project = await makeProject();
const browser = await launch();
try {
  const expected = await project.node('app/train.mjs');
  for (const bundler of ['turbopack', 'webpack']) await check(project, bundler, browser, expected);
} finally {
  await browser.close();
  await project.remove();
}
