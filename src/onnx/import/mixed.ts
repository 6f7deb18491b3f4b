import { FormatError } from '../../core/errors.js';

/** A graph that is not a function of single samples. */
export class MixedBatch extends FormatError {}

/** An operator needs numbers that are not known before the inputs are. */
export class DependsOnData extends FormatError {
  /** The value whose numbers are needed. */
  readonly value: string;

  constructor(message: string, value: string) {
    super(message);
    this.value = value;
  }
}
