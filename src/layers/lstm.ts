import { refuse } from '../core/errors.js';
import { flag, knownOptions, show } from '../core/checks.js';
import type { Shape } from '../core/shapes.js';
import { lstm as lstmOp } from '../ops/lstm.js';
import { lastStep } from '../ops/sequence.js';
import { isTensor, type Tensor } from '../tensors/tensor.js';
import type { Initializer } from './initializers.js';
import type { Layer, LayerWeights, RecurrentState } from './layer.js';
import { gatedOptionNames, resolveGates, type GatedLayerOptions } from './support/gates.js';
import {
  checkRecurrent,
  initialStateOf,
  recurrentCall,
  recurrentResult,
  recurrentShape,
  recurrentWeights,
  stateMask,
  withStates,
  type RecurrentSetup,
} from './support/recurrent.js';
import { weighted } from './support/weights.js';

export interface LstmOptions extends GatedLayerOptions {
  /**
   * Whether the initial bias of the forget gate is 1 (Jozefowicz et al. 2015). Default true, as in Keras; false when
   * there is a `biasInitializer` other than `'zeros'`.
   */
  readonly unitForgetBias?: boolean | undefined;
}

const GATES = 4;

/** Initial bias: zeros, but ones for the second gate. */
function forgetBias(shape: Shape): Float32Array {
  const units = (shape[0] ?? 0) / GATES;
  return Float32Array.from({ length: GATES * units }, (_, i) => (i >= units && i < 2 * units ? 1 : 0));
}

function biasInitializer({ unitForgetBias, biasInitializer: own = 'zeros' }: LstmOptions): Initializer {
  const ones = flag('lstm', 'unitForgetBias', unitForgetBias ?? own === 'zeros');
  if (!ones) return own;
  if (own !== 'zeros')
    refuse(
      RangeError,
      'lstm',
      "biasInitializer 'zeros' with unitForgetBias",
      `${show(own)} (which needs unitForgetBias: false)`,
    );
  return forgetBias;
}

const STATES = ['initialH', 'initialC'] as const;

/** h and c of the state. */
function statesOf(
  setup: RecurrentSetup,
  weights: LayerWeights,
  x: Tensor,
  state: RecurrentState | undefined,
): readonly Tensor[] {
  if (state === undefined) return STATES.map((name) => initialStateOf(setup, weights, x, name));
  const { h, c } = isTensor(state) ? {} : state;
  if (!isTensor(h) || !isTensor(c)) refuse(TypeError, 'lstm', 'the state to be { h, c }', show(state));
  return [h, c];
}

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997; forget gate of Gers et al. 2000):
 * `i, f, o = sigmoid(.)`, `g = tanh(.)` of `x_t W + h_{t-1} R + b`, `c_t = f c_{t-1} + i g`, `h_t = o tanh(c_t)`.
 * x [B, T, in], kernel W [in, 4 units], recurrentKernel R [units, 4 units], bias b [4 units], gates in the order
 * i, f, c, o as in Keras. The output is h_T [B, units] or, with `returnSequences`, all h_t [B, T, units]; the state is
 * `{ h, c }`.
 *
 * `connect(lstm(...), x, h, c)` in a functional model gives the initial state, [B, units] each; its gradient is passed on. Without it,
 * the state starts at 0 or at learned numbers (`initialState`).
 *
 * In a batch with `lengths`, output and state are those of the last valid step. h_t past a length is 0, and the input
 * there has no effect.
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input that is not a sequence.
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dense, lstm } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [32, 16] }, [lstm({ units: 64 }), dense({ units: 1 })]);
 * console.log(model.parameterCount); // 20801
 * model.dispose();
 * ```
 */
export function lstm(options: LstmOptions): Layer {
  knownOptions('lstm', options, [...gatedOptionNames, 'unitForgetBias']);
  const gates = resolveGates('lstm', options);
  const checked = checkRecurrent('lstm', options);
  const setup = { ...checked, bias: { ...checked.bias, initializer: biasInitializer(options) } };
  const run: Layer['apply'] = (weights, x, context) => {
    const states = statesOf(setup, weights, x, context.state);
    const drop = stateMask(setup, x, context);
    const inputs = { ...recurrentCall(setup, weights, x, context), states };
    const [h, c] = lstmOp(inputs, drop ? { ...gates, usual: false, drop } : gates);
    return recurrentResult(setup, h, context, (last) => ({ h: last, c: lastStep(c, context.lengths) }));
  };
  return {
    ...weighted('lstm', options),
    recurrent: true,
    outputShape: (inputShape) => recurrentShape(setup, inputShape),
    init: (inputShape) => recurrentWeights(setup, inputShape, GATES, STATES),
    apply: run,
    merge: withStates(setup, 2, run, ([h, c]) => (h && c ? { h, c } : {})),
  };
}
