// A process that is killed: a script of this folder, run with the sources, whose lines of output are events.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Child {
  /** Resolves when the child has printed a line that begins so; rejects when it ends before. */
  said(start: string): Promise<string>;
  /** SIGKILL: nothing in the child runs any more, not even a `finally`. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Resolves to its exit code; null after a kill. */
  readonly ended: Promise<number | null>;
  readonly pid: number;
}

/** Starts `script`, a file of test/reliability/children, with arguments. */
export function startChild(script: string, ...args: readonly string[]): Child {
  const path = fileURLToPath(new URL(`../children/${script}`, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const errors: string[] = [];
  const waiting = new Set<() => void>();
  const wake = (): void => waiting.forEach((look) => look());
  let isOver = false;
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    wake();
  });
  child.stderr.on('data', (text) => errors.push(String(text)));
  const ended = new Promise<number | null>((resolve) =>
    child.on('close', (code) => {
      isOver = true;
      wake();
      resolve(code);
    }),
  );
  return {
    ended,
    pid: child.pid ?? 0,
    said: (start) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find((line) => line.startsWith(start));
          if (found === undefined && !isOver) return;
          waiting.delete(look);
          if (found !== undefined) resolve(found);
          else reject(new Error(`the child ended without '${start}': ${errors.join('')}`));
        };
        waiting.add(look);
        look();
      }),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
