/** Milliseconds for which sharing is suspended: the first time, and at most. */
const [SHORTEST_PAUSE, LONGEST_PAUSE] = [50, 1600];
/** Number of shared runs before they are judged, and before earlier failures are forgotten. */
const [FEW, MANY] = [4, 64];
/** Sharing is suspended for at least this multiple of the time of its trial. */
const COMPENSATION = 16;
/** Weight of the latest time in a mean, and the largest multiple of the mean at which it counts. */
const [WEIGHT, CLIP] = [0.2, 8];

function mix(mean: number, time: number): number {
  return mean === 0 ? time : mean + WEIGHT * (Math.min(time, CLIP * mean) - mean);
}

/**
 * Decides whether sharing one kind of work pays, by measuring its time with and without. On an idle machine it always
 * does; when other processes use the cores, threads wait for each other and a single thread is faster.
 */
export class Pace {
  #alone = 0;
  #together = 0;
  #runs = 0;
  #pause = SHORTEST_PAUSE;
  #aloneUntil = 0;

  /** Whether to share the run that begins now. */
  shares(now: number): boolean {
    if (this.#alone === 0 && this.#runs >= FEW) return false; // one run on this thread alone, for comparison
    return now >= this.#aloneUntil;
  }

  /** Records how long a run has taken. */
  note(begin: number, end: number, together: boolean): void {
    if (!together) {
      this.#alone = mix(this.#alone, end - begin);
      return;
    }
    this.#together = mix(this.#together, end - begin);
    this.#runs++;
    if (this.#runs >= MANY) this.#pause = SHORTEST_PAUSE;
    if (this.#runs < FEW || this.#alone === 0 || this.#together <= this.#alone) return;
    this.#aloneUntil = end + Math.max(this.#pause, COMPENSATION * FEW * this.#alone);
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
    this.#together = 0;
    this.#runs = 0;
  }
}
