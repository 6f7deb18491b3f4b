export interface HttpOptions {
  /** The file with the trials: workers and tabs must have the same text, and tabs are given it. */
  readonly module: URL | string;
  /** Default: any free port. */
  readonly port?: number | undefined;
  /** Address to listen at. Default `'127.0.0.1'`, this machine alone; `'0.0.0.0'` for all that can reach it. */
  readonly host?: string | undefined;
  /** Part of the link, without which nobody joins: letters and digits, at least 8. Default: at random. */
  readonly token?: string | undefined;
  /** Share of the results of each worker that this process computes again and compares, from 0 to 1. Default 0.1. */
  readonly verify?: number | undefined;
  /** Seconds without a sign of life after which a worker's training is given to another one. Default 90. */
  readonly lostAfter?: number | undefined;
  /** How often a training is tried whose worker is lost. Default 3. */
  readonly attempts?: number | undefined;
  /** Is told the link by which workers join. Default: prints it. */
  readonly onLink?: ((link: string) => void) | undefined;
  /** Is told of workers that are excluded, because a result of theirs was not what this process computed. */
  readonly onLie?: ((worker: string) => void) | undefined;
}
