// What a command writes: data to standard output, all else to standard error.
import { hostError, isBrokenPipe } from './errors.js';

/** Writes data, and waits until it is taken. @throws CommandError; the host's error when nobody reads any more */
export async function print(text: string): Promise<void> {
  const { stdout } = process;
  await new Promise<void>((resolve, reject) => {
    stdout.write(text, (error) => {
      const found = isBrokenPipe(error) ? error : hostError('cannot write to standard output', error);
      if (error) reject(found instanceof Error ? found : error);
      else resolve();
    });
  });
}

/** Text without the control characters of files, which could do anything to a terminal; `bold` and `red` stay. */
function harmless(text: string): string {
  return text.replace(/\u001b\[(?:1|22|31|39)m|[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (found) =>
    found.length > 1 || found === '\n' ? found : '\ufffd',
  );
}

/** Writes text for a person. @throws as `print` */
export async function printText(text: string): Promise<void> {
  await print(harmless(text));
}

/** Writes a line about the work to standard error. */
export function note(text: string): void {
  process.stderr.write(`${harmless(text)}\n`);
}

/** Errors of the streams come back from the writes; without a listener they would end the process with a trace. */
export function quietStreams(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

function coloured(stream: { readonly isTTY?: boolean }): boolean {
  const { NO_COLOR = '', TERM } = process.env;
  return stream.isTTY === true && NO_COLOR === '' && TERM !== 'dumb';
}

/** Bold text, on a terminal that may be coloured. */
export function bold(text: string): string {
  return coloured(process.stdout) ? `\u001b[1m${text}\u001b[22m` : text;
}

/** A text in red, for errors. */
export function red(text: string): string {
  return coloured(process.stderr) ? `\u001b[31m${text}\u001b[39m` : text;
}

const WIDTH = 30;
const INTERVAL_MS = 60;

/** A bar on a terminal; nothing elsewhere. */
export class Bar {
  #shown = 0;

  /** `share` of the work is done. */
  show(share: number, what: string): void {
    const now = performance.now();
    if (!process.stderr.isTTY || now - this.#shown < INTERVAL_MS) return;
    this.#shown = now;
    const full = Math.round(Math.min(1, share) * WIDTH);
    const bar = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`;
    process.stderr.write(`\r\u001b[K${bar} ${Math.floor(100 * Math.min(1, share))} % ${what}`);
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#shown > 0) process.stderr.write('\r\u001b[K');
  }
}
