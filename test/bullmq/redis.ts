// A real server in a temporary folder, with a password, that can be killed and started again.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A port that nothing listens at. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

const PROGRAMS = ['redis-server', 'valkey-server'];

/** The server's program; undefined, and a line that says so, where there is none. */
export function serverProgram(): string | undefined {
  const found = PROGRAMS.find((name) => spawnSync(name, ['--version']).status === 0);
  if (found === undefined)
    console.log('skipped: tests of wasmgrad-bullmq, which need redis-server (Debian: apt-get install redis-server)');
  return found;
}

export class Server {
  readonly port: number;
  readonly password = 'a-password';
  readonly #program: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'wasmgrad-redis-'));
  #process: ChildProcess | undefined;

  private constructor(program: string, port: number) {
    this.#program = program;
    this.port = port;
  }

  static async start(program: string): Promise<Server> {
    const server = new Server(program, await freePort());
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://:${this.password}@127.0.0.1:${this.port}`;
  }

  /** Resolves when the server accepts connections. */
  async start(): Promise<void> {
    const options = { port: this.port, bind: '127.0.0.1', dir: this.#folder, requirepass: this.password };
    const durable = { appendonly: 'yes', appendfsync: 'always', save: '' };
    const args = Object.entries({ ...options, ...durable }).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = spawn(this.#program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#process = child;
    await new Promise<void>((resolve, reject) => {
      let text = '';
      child.stdout.on('data', (more) => {
        text += String(more);
        if (text.includes('Ready to accept connections')) resolve();
      });
      child.once('exit', () => reject(new Error(`the server has ended: ${text}`)));
    });
  }

  /** SIGKILL: as if the machine had lost power. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
