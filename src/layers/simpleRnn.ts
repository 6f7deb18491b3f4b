import { knownOptions } from '../core/checks.js';
import { simpleRnn as simpleRnnOp } from '../ops/simpleRnn.js';
import { resolveActivation, type Activation } from './activations.js';
import type { Layer } from './layer.js';
import {
  STATE,
  checkRecurrent,
  recurrentCall,
  recurrentOptions,
  recurrentResult,
  recurrentShape,
  recurrentWeights,
  stateMask,
  stateOf,
  withStates,
  type RecurrentOptions,
} from './support/recurrent.js';
import { weighted } from './support/weights.js';

export interface SimpleRnnOptions extends RecurrentOptions {
  /** Default `'tanh'`. */
  readonly activation?: Activation | undefined;
}

/**
 * Simple (Elman) recurrent layer `h_t = f(x_t W + h_{t-1} R + b)`: x [B, T, in], kernel W [in, units],
 * recurrentKernel R [units, units], bias b [units]; the output is h_T [B, units] or, with `returnSequences`,
 * all states [B, T, units].
 *
 * `connect(simpleRnn(...), x, h)` in a functional model gives the initial state, [B, units]; its gradient is passed on. Without it,
 * the state starts at 0 or at learned numbers (`initialState`).
 *
 * In a batch with `lengths`, h_T is the state after the last valid step. States past a length are 0, and the input
 * there has no effect.
 *
 * Training back-propagates through all steps. For linear, relu, leakyRelu, sigmoid and tanh, each direction is one
 * kernel.
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input that is not a sequence.
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dense, simpleRnn } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [32, 16] }, [simpleRnn({ units: 64 }), dense({ units: 1 })]);
 * console.log(model.parameterCount); // 5249
 * model.dispose();
 * ```
 */
export function simpleRnn(options: SimpleRnnOptions): Layer {
  knownOptions('simpleRnn', options, recurrentOptions);
  const setup = checkRecurrent('simpleRnn', options);
  const { fused, apply: activate } = resolveActivation('simpleRnn', options.activation ?? 'tanh');
  const run: Layer['apply'] = (weights, x, context) => {
    const states = [stateOf(setup, weights, x, context.state)];
    const inputs = { ...recurrentCall(setup, weights, x, context), states };
    const sequence = simpleRnnOp(inputs, { fused, activate, drop: stateMask(setup, x, context) });
    return recurrentResult(setup, sequence, context, (last) => last);
  };
  return {
    ...weighted('simpleRnn', options),
    recurrent: true,
    outputShape: (inputShape) => recurrentShape(setup, inputShape),
    init: (inputShape) => recurrentWeights(setup, inputShape, 1, [STATE]),
    apply: run,
    merge: withStates(setup, 1, run, ([h]) => h ?? {}),
  };
}
