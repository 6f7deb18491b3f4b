// Runs a program of the playground: prints what it prints, says when it has finished or where it failed.
import { format } from './format.js';
import type { Failure, Job, Level, Report } from './messages.js';

/** Lines of one run; an endless loop must not fill the page's memory. */
const MOST_LINES = 2000;
const scope = self as unknown as {
  postMessage: (report: Report) => void;
  onmessage: ((event: MessageEvent<Job>) => void) | null;
};

let lines = 0;
function print(level: Level, values: readonly unknown[]): void {
  lines++;
  if (lines > MOST_LINES) return;
  const parts = values.map((value) => (typeof value === 'string' ? value : format(value)));
  scope.postMessage({ kind: 'print', level, parts });
  if (lines === MOST_LINES)
    scope.postMessage({ kind: 'print', level: 'warn', parts: [`What comes after ${MOST_LINES} lines is left out.`] });
}

for (const level of ['log', 'info', 'debug', 'warn', 'error'] as const)
  console[level] = (...values: unknown[]) => print(level, values);

/** The error, and the line of the program that it came from: the first of its stack that lies in the program. */
function failureOf(error: unknown, program: string): Failure {
  const message = error instanceof Error ? String(error) : `Uncaught ${format(error)}`;
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const at = stack.indexOf(`${program}:`);
  const line = at < 0 ? NaN : parseInt(stack.slice(at + program.length + 1), 10);
  return Number.isNaN(line) ? { message } : { message, line };
}

/** Loads what the program imports; an export that is missing is an error in the line that asks for it. */
async function missingExport({ modules }: Job): Promise<Failure | undefined> {
  for (const { from, address, names } of modules) {
    const found = (await import(address)) as object;
    const missing = names.find(({ name }) => !(name in found));
    if (missing) return { message: `SyntaxError: '${from}' has no export named '${missing.name}'`, line: missing.line };
  }
  return undefined;
}

async function run(job: Job): Promise<void> {
  const program = URL.createObjectURL(new Blob([job.code], { type: 'text/javascript' }));
  const fail = (failure: Failure): void => scope.postMessage({ kind: 'failed', failure });
  self.addEventListener('error', (event) => {
    event.preventDefault();
    fail(failureOf(event.error ?? event.message, program));
  });
  self.addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    fail(failureOf(event.reason, program));
  });
  try {
    const missing = await missingExport(job);
    if (missing) {
      fail(missing);
      return;
    }
    const start = performance.now();
    await import(program);
    scope.postMessage({ kind: 'done', seconds: (performance.now() - start) / 1000 });
  } catch (error) {
    fail(failureOf(error, program));
  }
}

scope.onmessage = ({ data }) => void run(data);
