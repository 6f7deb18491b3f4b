// The command `wasmgrad-worker`.
import { parseArgs } from 'node:util';
import { checkConnection, connect } from './connection.js';
import { loadTrials } from './trials.js';
import { Work } from './work.js';

const HELP = `wasmgrad-worker redis://[:password@]host[:port] trials.js [options]

Trains models for searches of wasmgrad with the executor bullmq(). Trials come from trials.js alone, whose default export
is made by defineTrials; it must be the same file everywhere. Start one worker for each core. Ctrl+C ends it, and
gives the training under way to another one.

  --queue NAME        the name that the search was given; default wasmgrad
  --lost-after S      seconds without a sign of life after which others take over a worker's training; default 30
  --help`;

class UsageError extends Error {}

interface Arguments {
  readonly url: string;
  readonly file: string;
  readonly queue: string;
  readonly lostAfter: number;
}

function argumentsOf(args: readonly string[]): Arguments | undefined {
  const options = { queue: { type: 'string' }, 'lost-after': { type: 'string' }, help: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (values.help) return undefined;
  const [url, file, extra] = positionals;
  if (url === undefined || file === undefined || extra !== undefined)
    throw new UsageError('expected an address and a module, as in: wasmgrad-worker redis://localhost:6379 trials.js');
  checkConnection('wasmgrad-worker', url);
  const { queue = 'wasmgrad', 'lost-after': lost = '30' } = values;
  if (!/^[\w.-]+$/.test(queue)) throw new UsageError(`expected --queue to be a name, got '${queue}'`);
  const lostAfter = Number(lost);
  if (!(lostAfter >= 1 && lostAfter <= 86_400))
    throw new UsageError(`expected --lost-after to be a number of seconds from 1 to 86400, got '${lost}'`);
  return { url, file, queue, lostAfter };
}

/** One line, whatever the error was. */
function lineOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.split('\n', 1)[0] ?? '';
  return line.startsWith('wasmgrad-worker: ') ? line : `wasmgrad-worker: ${line}`;
}

/** Runs until it is ended by a signal. Resolves to the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const given = argumentsOf(args);
    if (!given) {
      console.log(HELP);
      return 0;
    }
    const { url, file, queue, lostAfter } = given;
    const trials = await loadTrials(file);
    const work = await Work.begin(await connect('wasmgrad-worker', url), trials, { queue, lostAfter });
    const end = (): void => work.leave();
    process.once('SIGINT', end).once('SIGTERM', end);
    const error = await work.over;
    if (error) throw error;
    return 0;
  } catch (error) {
    console.error(lineOf(error));
    return 1;
  }
}
