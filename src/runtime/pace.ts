/** Milliseconds for which sharing is given up: the first time, and at most. */
const [SHORTEST_PAUSE, LONGEST_PAUSE] = [50, 1600];
/** Runs together after which they are judged, and after which earlier failures are forgotten. */
const [FEW, MANY] = [4, 64];
/** How much longer than its trial sharing is given up at least. */
const COMPENSATION = 16;
/** How much of a mean the latest time makes, and how many times the mean it counts at most. */
const [WEIGHT, CLIP] = [0.2, 8];

function mix(mean: number, time: number): number {
  return mean === 0 ? time : mean + WEIGHT * (Math.min(time, CLIP * mean) - mean);
}

/**
 * Whether it pays to share one kind of work, judged by how long it takes with and without. On a machine to itself it
 * always does; where other processes hold the cores, threads wait for one another's turn, and one alone is faster.
 */
export class Pace {
  #alone = 0;
  #together = 0;
  #runs = 0;
  #pause = SHORTEST_PAUSE;
  #aloneUntil = 0;

  /** Whether to share the run that begins now. */
  shares(now: number): boolean {
    if (this.#alone === 0 && this.#runs >= FEW) return false; // one run alone, to compare with
    return now >= this.#aloneUntil;
  }

  /** Takes into account how long a run has taken. */
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
