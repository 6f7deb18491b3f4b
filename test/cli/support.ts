// Runs the built command as a process of its own, in an empty folder.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';

const BIN = fileURLToPath(new URL('../../bin/wasmgrad.mjs', import.meta.url));

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** What standard input gives; default: nothing. */
  readonly input?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
  /** Where standard output goes in place of the result. */
  readonly shell?: string | undefined;
}

/** A folder for the files of a test file. */
export class Folder {
  #path = '';

  async open(): Promise<void> {
    this.#path = await mkdtemp(join(tmpdir(), 'wasmgrad-cli-'));
  }

  close(): Promise<void> {
    return rm(this.#path, { recursive: true, force: true });
  }

  path(name: string): string {
    return join(this.#path, name);
  }

  names(): string[] {
    return readdirSync(this.#path).sort();
  }

  write(name: string, contents: string | Uint8Array): Promise<void> {
    return writeFile(this.path(name), contents);
  }

  read(name: string): Promise<string> {
    return readFile(this.path(name), 'utf8');
  }

  /** Runs the command with these arguments; with `shell` `$W` is the command in a line for the shell. */
  run(args: readonly string[], { input = '', env = {}, shell }: RunOptions = {}): Promise<Result> {
    const [program, list] = shell === undefined ? [process.execPath, [BIN, ...args]] : ['/bin/sh', ['-c', shell]];
    const child = spawn(program, list, {
      cwd: this.#path,
      env: { ...process.env, NO_COLOR: '', ...env, W: `${process.execPath} ${BIN}` },
      timeout: 60_000,
    });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (part: Buffer) => out.push(part));
    child.stderr.on('data', (part: Buffer) => err.push(part));
    child.stdin.on('error', () => undefined); // a command may end without reading
    child.stdin.end(input);
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
      });
    });
  }
}

/** A folder that exists while the tests of a file run. */
export function withFolder(): Folder {
  const folder = new Folder();
  beforeAll(() => folder.open());
  afterAll(() => folder.close());
  return folder;
}

/** Rows of two kinds of flowers, which a small network tells apart; with a word, a date and gaps. */
export function flowers(rows = 90): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const isRose = i % 3 === 0;
    const petals = isRose ? 30 + ((i * 7) % 11) : 5 + ((i * 5) % 7);
    const height = (isRose ? 40 : 25) + ((i * 13) % 17) / 2;
    const colour = ['red', 'white', isRose ? 'pink' : 'yellow'][i % 4 === 3 ? 2 : i % 2];
    return [
      petals,
      i % 10 === 4 ? '' : height,
      colour,
      `2024-0${1 + (i % 9)}-1${i % 10}`,
      isRose ? 'rose' : 'daisy',
    ].join(',');
  });
  return ['petals,height,colour,seen,kind', ...lines].join('\n') + '\n';
}

/** An error is one line that begins with the name of the program, without a trace. */
export const ONE_LINE = /^wasmgrad: [^\n]+\n$/;
