// What the page and the worker that runs its code say to each other.
import type { Import } from './imports.js';

export interface Job {
  /** The program, whose imports name addresses. */
  readonly code: string;
  readonly modules: readonly (Pick<Import, 'from' | 'names'> & { readonly address: string })[];
}

export type Level = 'log' | 'info' | 'debug' | 'warn' | 'error';

export interface Failure {
  /** The error as text: its class and message. */
  readonly message: string;
  /** From 1; missing if the error did not come from the program's own lines. */
  readonly line?: number;
}

export type Report =
  | { readonly kind: 'print'; readonly level: Level; readonly parts: readonly string[] }
  | { readonly kind: 'done'; readonly seconds: number }
  | { readonly kind: 'failed'; readonly failure: Failure };
