// What the page and the worker of "Writer" say to each other.

export interface WriterSettings {
  readonly text: string;
  readonly cell: 'gru' | 'lstm';
  readonly units: number;
  readonly steps: number;
  readonly seed: number;
}

/** How the network is to write. */
export interface Style {
  readonly prompt: string;
  /** Below 1: it keeps to what it is sure of. */
  readonly temperature: number;
}

export type Request =
  | { readonly kind: 'train'; readonly settings: WriterSettings; readonly style: Style }
  | { readonly kind: 'stop' }
  | { readonly kind: 'style'; readonly style: Style }
  /** Write again. */
  | { readonly kind: 'write'; readonly style: Style };

export type Reply =
  | { readonly kind: 'started'; readonly parameters: number; readonly letters: number; readonly frequencies: number }
  | { readonly kind: 'progress'; readonly step: number; readonly bits: number; readonly charactersPerSecond: number }
  | { readonly kind: 'written'; readonly step: number; readonly prompt: string; readonly text: string }
  | { readonly kind: 'stopped'; readonly step: number }
  | { readonly kind: 'failed'; readonly message: string };

/** Characters of a piece of the text that is trained on. */
export const WINDOW = 48;
