import { show } from '../core/checks.js';

/** The message of a host's error. `fetch` says why it failed in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return show(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

/** The host's error as the cause of an error that names `where`. */
export async function hosted<T>(where: string, expected: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (cause) {
    if (cause instanceof Error && cause.message.startsWith(`${where}: `)) throw cause;
    throw new RangeError(`${where}: expected ${expected}, got ${reasonOf(cause)}`, { cause });
  }
}
