// `npm run bench engines`: the same calls in Node and in the Chromium of the browser tests, alternately; the best of
// all rounds counts, since other load can only add time.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium as launcher } from 'playwright';
import { chromium } from '../../test/engines/chromium.mjs';

const ROUNDS = Number(process.argv[2] ?? 5);

const entry = fileURLToPath(new URL('measure.js', import.meta.url));
const { outputFiles } = await build({ entryPoints: [entry], bundle: true, minify: true, write: false, format: 'esm' });
const script = outputFiles[0].text;

function inNode() {
  const input = `${script};console.log(JSON.stringify(await globalThis.measured));`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module'], { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

async function inChromium() {
  const browser = await launcher.launch(chromium());
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ type: 'module', content: script });
    await page.waitForFunction('globalThis.measured');
    return await page.evaluate('globalThis.measured');
  } finally {
    await browser.close();
  }
}

const [node, browser] = [{}, {}];
const keep = (best, times) => {
  for (const [name, time] of Object.entries(times)) best[name] = Math.min(best[name] ?? Infinity, time);
};
for (let round = 0; round < ROUNDS; round++) {
  keep(node, inNode());
  keep(browser, await inChromium());
}
for (const [name, time] of Object.entries(node)) {
  const other = browser[name];
  console.log(
    `${name}: Node ${time.toFixed(3)} ms, Chromium ${other.toFixed(3)} ms = ${(other / time).toFixed(2)} times as long`,
  );
}
