import { flag, knownOptions } from '../core/checks.js';
import { viewAs } from '../autodiff/linear.js';
import { gru as gruOp } from '../ops/gru.js';
import { slice } from '../ops/slice.js';
import type { Layer } from './layer.js';
import { gatedOptionNames, resolveGates, type GatedLayerOptions } from './support/gates.js';
import {
  STATE,
  checkRecurrent,
  recurrentCall,
  recurrentResult,
  recurrentShape,
  recurrentWeights,
  stateMask,
  stateOf,
  withStates,
} from './support/recurrent.js';
import { weighted } from './support/weights.js';

export interface GruOptions extends GatedLayerOptions {
  /**
   * Whether the reset gate acts after the product with the recurrent kernel, which then has its own bias.
   * Default true, as in Keras; `false` (Cho et al. 2014) runs step by step, more slowly.
   */
  readonly resetAfter?: boolean | undefined;
}

const GATES = 3;

/**
 * Gated recurrent unit (Cho et al. 2014), gates in the order z, r, h as in Keras. With `resetAfter` (the default, and
 * PyTorch's definition): `p = x_t W + b_0`, `q = h_{t-1} R + b_1`, `z, r = sigmoid(p + q)`, `n = tanh(p_h + r q_h)`,
 * `h_t = z h_{t-1} + (1 - z) n`. Without: `n = tanh(p_h + (r h_{t-1}) R_h)`.
 *
 * x [B, T, in], kernel W [in, 3 units], recurrentKernel R [units, 3 units], bias [2, 3 units] with `resetAfter`, else
 * [3 units]. The output is h_T [B, units] or, with `returnSequences`, all h_t [B, T, units]; the state is h.
 *
 * `connect(gru(...), x, h)` in a functional model gives the initial state, [B, units]; its gradient is passed on. Without it,
 * the state starts at 0 or at learned numbers (`initialState`).
 *
 * In a batch with `lengths`, h_T is the state after the last valid step. States past a length are 0, and the input
 * there has no effect.
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input that is not a sequence.
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dense, gru } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [32, 16] }, [gru({ units: 64 }), dense({ units: 1 })]);
 * console.log(model.parameterCount); // 15809
 * model.dispose();
 * ```
 */
export function gru(options: GruOptions): Layer {
  knownOptions('gru', options, [...gatedOptionNames, 'resetAfter']);
  const resetAfter = flag('gru', 'resetAfter', options.resetAfter ?? true);
  const gates = { ...resolveGates('gru', options), resetAfter };
  const setup = checkRecurrent('gru', options);
  const columns = GATES * setup.units;
  const run: Layer['apply'] = (weights, x, context) => {
    const { bias, ...rest } = recurrentCall(setup, weights, x, context);
    const row = (i: number) => bias && viewAs(slice(bias, [i, 0], [1, columns]), [columns]);
    const biases = resetAfter ? { bias: row(0), recurrentBias: row(1) } : { bias };
    const states = [stateOf(setup, weights, x, context.state)];
    const drop = stateMask(setup, x, context);
    const sequence = gruOp({ ...rest, ...biases, states }, drop ? { ...gates, usual: false, drop } : gates);
    return recurrentResult(setup, sequence, context, (last) => last);
  };
  return {
    ...weighted('gru', options),
    recurrent: true,
    outputShape: (inputShape) => recurrentShape(setup, inputShape),
    init: (inputShape) => recurrentWeights(setup, inputShape, GATES, [STATE], resetAfter ? [2, columns] : [columns]),
    apply: run,
    merge: withStates(setup, 1, run, ([h]) => h ?? {}),
  };
}
