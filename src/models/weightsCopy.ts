import { runtime } from '../runtime/state.js';
import { Tensor } from '../tensors/tensor.js';
import { detach } from '../tensors/scope.js';
import type { Weight } from './network.js';

/** A copy of a model's weights in linear memory. Updating the copy creates no JavaScript object. */
export class WeightsCopy {
  readonly #weights: readonly Pick<Weight, 'tensor'>[];
  readonly #copies: readonly Tensor[];

  constructor(weights: readonly Pick<Weight, 'tensor'>[]) {
    const copies: Tensor[] = [];
    try {
      for (const { tensor } of weights) copies.push(detach(Tensor.allocate(tensor.shape)));
    } catch (error) {
      for (const copy of copies) copy.dispose();
      throw error;
    }
    this.#weights = weights;
    this.#copies = copies;
  }

  take(): void {
    for (let i = 0; i < this.#copies.length; i++) move(this.#weights[i]!.tensor, this.#copies[i]!);
  }

  /** Restores the copy when one of the weights has become NaN or infinite. */
  putBackUnlessFinite(): void {
    const { f32 } = runtime().heap;
    const isFinite = ({ tensor: { address, size } }: Pick<Weight, 'tensor'>): boolean =>
      f32.subarray(address / 4, address / 4 + size).every(Number.isFinite);
    if (this.#weights.every(isFinite)) return;
    for (let i = 0; i < this.#copies.length; i++) move(this.#copies[i]!, this.#weights[i]!.tensor);
  }

  dispose(): void {
    for (const copy of this.#copies) copy.dispose();
  }
}

function move(from: Tensor, to: Tensor): void {
  runtime().heap.f32.copyWithin(to.address / 4, from.address / 4, from.address / 4 + from.size);
}
