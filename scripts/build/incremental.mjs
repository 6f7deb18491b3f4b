// A minimal build system: a step runs only when the contents of its inputs have changed or an output is missing, and
// builds of one checkout do not run at the same time.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const STATE = 'build';
const LOCK = join(STATE, '.lock');

/**
 * The files under `path` (or `path` itself) whose name passes `keep`, in a fixed order.
 * @param {string} path
 * @param {(file: string) => boolean} keep
 * @returns {string[]}
 */
export function filesUnder(path, keep = () => true) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path, { recursive: true }).map((name) => join(path, name));
  return names.filter((file) => keep(file) && statSync(file).isFile()).sort();
}

function fingerprint(options, files) {
  const hash = createHash('sha256').update(JSON.stringify(options)).update('\0');
  for (const file of files) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** Runs `action` unless it has already run on the same `inputs` and `options` and all `outputs` exist. */
export async function step(name, inputs, outputs, action, options = []) {
  const stamp = join(STATE, `${name}.stamp`);
  const current = fingerprint(options, inputs);
  const previous = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  if (previous === current && outputs.every((file) => existsSync(file))) return;
  rmSync(stamp, { force: true });
  const start = performance.now();
  await action();
  const missing = outputs.filter((file) => !existsSync(file));
  if (missing.length > 0) throw new Error(`${name}: did not write ${missing.join(', ')}`);
  writeFileSync(stamp, current);
  console.log(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

function holderIsAlive() {
  try {
    process.kill(Number(readFileSync(LOCK, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Runs `action` while no other build of this checkout runs. */
export async function exclusively(action) {
  mkdirSync(STATE, { recursive: true });
  for (;;) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (holderIsAlive()) await new Promise((resolve) => setTimeout(resolve, 100));
      else rmSync(LOCK, { force: true });
    }
  }
  try {
    await action();
  } finally {
    rmSync(LOCK, { force: true });
  }
}
