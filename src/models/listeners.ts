// Whoever wants to know how training goes: the functions among the options first, then the callbacks in their order.
import type { Callback, TrainingControl } from './callbacks.js';
import type { BatchLog, EpochLog } from './logs.js';
import type { FitPlan } from './fitOptions.js';

export class Listeners {
  readonly #plan: Pick<FitPlan, 'callbacks' | 'onBatchEnd' | 'onEpochEnd'>;
  readonly #perBatch: readonly Callback[];
  readonly #control: TrainingControl;

  constructor(plan: Pick<FitPlan, 'callbacks' | 'onBatchEnd' | 'onEpochEnd'>, control: TrainingControl) {
    this.#plan = plan;
    this.#perBatch = plan.callbacks.filter((callback) => 'onBatchEnd' in callback);
    this.#control = control;
  }

  /** Whether anybody listens to batches: most trainings are spared the waiting. */
  get hearBatches(): boolean {
    return this.#plan.onBatchEnd !== undefined || this.#perBatch.length > 0;
  }

  async begin(): Promise<void> {
    for (const callback of this.#plan.callbacks) await callback.onTrainBegin?.(this.#control);
  }

  async batch(log: BatchLog): Promise<void> {
    await this.#plan.onBatchEnd?.(log);
    for (const callback of this.#perBatch) await callback.onBatchEnd?.(log, this.#control);
  }

  async epoch(log: EpochLog): Promise<void> {
    await this.#plan.onEpochEnd?.(log);
    for (const callback of this.#plan.callbacks) await callback.onEpochEnd?.(log, this.#control);
  }

  /** Every callback gets to clean up, whatever the others do; then the first error of theirs is thrown. */
  async end(): Promise<void> {
    const errors: unknown[] = [];
    for (const callback of this.#plan.callbacks) {
      try {
        await callback.onTrainEnd?.(this.#control);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
