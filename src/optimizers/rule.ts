import type { OptimizerName, Schedule } from './optimizer.js';

/** Bounds on the gradients, see `CommonOptions`. */
export interface Clip {
  readonly clipNorm: number | undefined;
  readonly clipValue: number | undefined;
}

/** What is specific to one optimiser. Memory, clipping and schedules are common to all. */
export interface Rule {
  readonly name: OptimizerName;
  /** The hyperparameters except `learningRate` and those of clipping. */
  readonly config: Readonly<Record<string, number | boolean>>;
  readonly slots: readonly string[];
  /** Initial value of the slots. Default 0. */
  readonly initial?: number;
  /** The weight decay outside of groups. */
  readonly weightDecay: number;
  /** The f64 cells of the kernel's `hyper` block after the learning rate, which is cell 0. */
  readonly hyper: (weightDecay: number) => readonly number[];
  /** Number of the first cell that changes from step to step; so do all cells after it. Default: none does. */
  readonly evolving?: number;
  /** The kernel calls at the beginning of a step. */
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

/** The weights with the same hyperparameters, which lie in one block of cells. */
export interface Block {
  readonly learningRate: number | Schedule;
  readonly hyper: readonly number[];
}
