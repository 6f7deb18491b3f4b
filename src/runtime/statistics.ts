let live = 0;

/** Tensor handles not yet disposed. */
export function liveHandles(): number {
  return live;
}

export function countHandle(change: 1 | -1): void {
  live += change;
}
