import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where an example writes its lines. */
export type Log = (line: string) => void;

/** Whether a module is the script that was started, and not imported by another. */
export function isMain(url: string): boolean {
  const script = process.argv[1];
  return script !== undefined && realpathSync(script) === fileURLToPath(url);
}

/** `97.53 %` */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
