import type { OptimizerName } from './optimizer.js';

/** Bounds on the gradients, see `CommonOptions`. */
export interface Clip {
  readonly clipNorm: number | undefined;
  readonly clipValue: number | undefined;
}

/** What one optimiser has of its own; the rest, memory and clipping and schedules, is common. */
export interface Rule {
  readonly name: OptimizerName;
  /** The hyperparameters beside `learningRate` and the clipping. */
  readonly config: Readonly<Record<string, number | boolean>>;
  readonly slots: readonly string[];
  /** What slots start from. Default 0. */
  readonly initial?: number;
  /** The f64 cells of the kernel's `hyper` block after the learning rate, which is cell 0. */
  readonly hyper: readonly number[];
  /** The first of the cells that evolve from step to step; they reach to the end of the block. */
  readonly evolving?: number;
  /** The kernel calls before a step's updates. */
  readonly advance?: (hyper: number) => void;
  /** The kernel call for one parameter. Arguments are pointers; `slot` gives 0 for a slot the rule does not keep. */
  readonly apply: (
    theta: number,
    gradient: number,
    slot: (name: string) => number,
    hyper: number,
    size: number,
  ) => void;
}
