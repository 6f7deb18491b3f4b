import { add } from '../ops/add.js';
import type { Loss } from '../losses/index.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { record } from '../runtime/recorder.js';
import { runtime } from '../runtime/state.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import type { TargetKind } from './batches.js';
import { writeI32 } from './copy.js';
import { measure, type CustomMetric } from './metrics.js';
import { forward, type Network } from './network.js';
import { makeObjective, type Objective } from './objective.js';
import { addPenalties, customPenalties } from './penalties.js';
import { weightTree } from './predictor.js';
import { allocateBatch, BatchPrograms, type BatchKey, type BatchProgram } from './steps.js';

/** Loss and metrics of batches in inference mode, through recorded programs. */
export class Evaluator {
  readonly #network: Network;
  readonly #objective: Objective;
  readonly #metrics: readonly CustomMetric[];
  readonly #programs: BatchPrograms;

  constructor(network: Network, loss: Loss, metrics: readonly CustomMetric[]) {
    this.#network = network;
    this.#objective = makeObjective('evaluate', network, loss);
    this.#metrics = metrics;
    this.#programs = new BatchPrograms((key) => this.#record(key));
  }

  /** The loss, penalties included, then one value a metric, of a batch that `fill` writes into linear memory. */
  run(
    rows: number,
    kind: TargetKind,
    fill: (x: Float32Array, y: Float32Array | Int32Array) => void,
    lengths?: ArrayLike<number>,
  ): number[] {
    const { x, y, lengths: buffer, results, program } = this.#programs.get(rows, kind, lengths !== undefined);
    const { heap } = runtime();
    const view = (tensor: Tensor, all: Float32Array | Int32Array): Float32Array | Int32Array =>
      all.subarray(tensor.address / 4, tensor.address / 4 + tensor.size);
    const inputs = view(x, heap.f32);
    if (inputs instanceof Float32Array) fill(inputs, view(y, kind === 'indices' ? heap.i32 : heap.f32));
    if (buffer && lengths) writeI32(buffer, lengths);
    program.run();
    return Array.from(view(results, heap.f32));
  }

  /** The recorded evaluation of such a batch. */
  program(rows: number, kind: TargetKind, masked: boolean): BatchProgram {
    return this.#programs.get(rows, kind, masked);
  }

  #record(key: BatchKey): BatchProgram {
    const batch = allocateBatch(this.#network, key, this.#metrics.length);
    try {
      const { program } = record(() => {
        scoped(
          () => {
            this.#emit(batch);
          },
          () => [],
        );
      });
      return { ...batch, program };
    } catch (error) {
      for (const made of [batch.x, batch.y, batch.lengths, batch.results]) made?.dispose();
      throw error;
    }
  }

  #emit({ x, y, lengths, results }: Omit<BatchProgram, 'program'>): void {
    const weights = this.#network.weights.filter(({ trainable }) => trainable); // as in training
    const pass = forward(this.#objective.layers, weightTree(this.#network), x, { training: false, lengths });
    const valid = y.shape.length > 1 ? pass.lengths : undefined;
    const loss = this.#objective.loss(pass.output, y, valid);
    const penalty = customPenalties(weights, weightTree(this.#network));
    const total = penalty ? add(loss, penalty) : loss;
    call(kernels.copyBytes, total.pointer(), results.pointer(), 4);
    addPenalties(weights, results.pointer());
    if (this.#metrics.length === 0) return;
    const prediction = this.#objective.prediction(pass.output);
    this.#metrics.forEach((metric, i) => {
      call(kernels.copyBytes, measure(metric, prediction, y, valid).pointer(), results.pointer() + 4 * (i + 1), 4);
    });
  }

  dispose(): void {
    this.#programs.dispose();
  }
}
