/** A source that is being read. */
export interface Opened {
  /** Bytes in all, if somebody says so. */
  readonly total?: number | undefined;
  /** Whether fewer bytes than `total` mean that some are missing. */
  readonly isExact?: boolean;
  /** The next piece; undefined after the last one. */
  next(): Promise<Uint8Array | undefined>;
  /** Lets go of the source, also while a piece is awaited. */
  close(): void;
}
