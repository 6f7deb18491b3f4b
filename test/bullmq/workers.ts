// Processes that run the command wasmgrad-worker.
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../packages/bullmq/bin/wasmgrad-worker.mjs', import.meta.url));

export const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const running = new Set<WorkerProcess>();

export class WorkerProcess {
  /** Everything printed. */
  text = '';
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;

  private constructor(command: string, args: readonly string[]) {
    const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    running.add(this);
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (more) => (this.text += String(more)));
    this.ended = new Promise((resolve) =>
      child.once('close', (code) => {
        running.delete(this);
        resolve(code);
      }),
    );
  }

  /** Starts the command of this checkout. */
  static start(...args: readonly string[]): WorkerProcess {
    return new WorkerProcess(COMMAND, args);
  }

  /** Starts the command of another installation. */
  static of(command: string, ...args: readonly string[]): WorkerProcess {
    return new WorkerProcess(command, args);
  }

  /** Resolves when it has printed something. */
  async said(text: string): Promise<void> {
    while (!this.text.includes(text)) {
      if (this.#child.exitCode !== null) throw new Error(`the worker ended without '${text}': ${this.text}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    this.#child.kill(signal);
    return this.ended;
  }
}

export async function killAll(): Promise<void> {
  await Promise.all(Array.from(running, (worker) => worker.kill()));
}
