// Densities of the values that good and bad trials had, by Parzen estimators (Bergstra et al. 2011, section 4.2).
import { exp, log } from '../../core/deterministic.js';
import type { Random } from './random.js';

/** What a sampler can do: draw a coordinate, and say how likely one is. */
export interface Density {
  readonly sample: (random: Random) => number;
  /** Logarithm of the density, or of the probability. */
  readonly logOf: (coordinate: number) => number;
}

/** The normal distribution function (Abramowitz and Stegun 26.2.17; errors below 1e-7). */
function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (series * exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
  return z > 0 ? 1 - tail : tail;
}

/** A normal distribution that is cut off below 0 and above 1. */
interface Bell {
  readonly mean: number;
  readonly width: number;
  /** Logarithm of what its density is multiplied by. */
  readonly scale: number;
}

function bell(mean: number, width: number): Bell {
  const inside = normalCdf((1 - mean) / width) - normalCdf(-mean / width);
  return { mean, width, scale: -log(inside * width * Math.sqrt(2 * Math.PI)) };
}

/** So often a value outside of 0 to 1 is drawn again; at least one of three is inside. */
const DRAWS = 64;

/**
 * A mixture of equally likely bells: one around each coordinate, as wide as the gap to its farther neighbour, and a wide
 * one for what was never tried.
 */
export function densityOfRange(coordinates: readonly number[]): Density {
  const sorted = [...coordinates].sort((a, b) => a - b);
  const narrowest = 1 / Math.min(100, sorted.length + 2);
  const bells = sorted.map((at, i) => {
    const gaps = [at - (sorted[i - 1] ?? 0), (sorted[i + 1] ?? 1) - at];
    return bell(at, Math.min(1, Math.max(narrowest, ...gaps)));
  });
  bells.push(bell(0.5, 1));
  return {
    sample: (random) => {
      const { mean, width } = bells[random.below(bells.length)] ?? bell(0.5, 1);
      for (let i = 0; i < DRAWS; i++) {
        const at = mean + width * random.normal();
        if (at >= 0 && at < 1) return at;
      }
      return Math.min(Math.max(mean, 0), 1 - 2 ** -53);
    },
    logOf: (at) => {
      const exponents = bells.map(({ mean, width, scale }) => scale - ((at - mean) / width) ** 2 / 2);
      const most = Math.max(...exponents);
      return most + log(exponents.reduce((sum, one) => sum + exp(one - most), 0) / bells.length);
    },
  };
}

/** Options as likely as they were chosen, each once more than that. */
export function densityOfChoice(chosen: readonly number[], options: number): Density {
  const counts = Array.from({ length: options }, () => 1);
  for (const option of chosen) counts[option] = (counts[option] ?? 0) + 1;
  const total = chosen.length + options;
  return {
    sample: (random) => {
      let left = random.next() * total;
      return Math.max(
        0,
        counts.findIndex((count) => (left -= count) < 0),
      );
    },
    logOf: (option) => log((counts[option] ?? 0) / total),
  };
}
