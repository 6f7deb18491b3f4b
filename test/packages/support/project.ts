// A user's project: the apps, and the package as `npm install` would put it there.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The apps, `<name>.mjs` in the project. */
export const APPS = ['train', 'predict'] as const;
export type App = (typeof APPS)[number];

export class Project {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Packs the built package and installs the tarball into a folder of its own, far from this checkout. */
  static async create(): Promise<Project> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'wasmgrad-packages-')));
    const installed = join(folder, 'node_modules/wasmgrad');
    await mkdir(installed, { recursive: true });
    await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { cwd: root });
    const tarball = (await readdir(folder)).find((file) => file.endsWith('.tgz')) ?? '';
    await run('tar', ['-xzf', join(folder, tarball), '-C', installed, '--strip-components', '1']);
    await cp(join(root, 'test/packages/apps'), folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{ "name": "app", "private": true, "type": "module" }');
    return new Project(folder);
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** Runs a script of the project in a Node process, which must end by itself; returns what it printed. */
  async node(script: string, ...args: string[]): Promise<string> {
    const { stdout, stderr } = await run(process.execPath, [script, ...args], { cwd: this.folder, timeout: 60_000 });
    if (stderr !== '') throw new Error(stderr);
    return stdout.trim();
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
