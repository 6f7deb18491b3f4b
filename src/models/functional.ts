import { refuse } from '../core/errors.js';
import { knownOptions } from '../core/checks.js';
import { sizeOf } from '../core/shapes.js';
import { runtime } from '../runtime/state.js';
import { buildPlan } from './buildNetwork.js';
import { listOfValues, placementsOf, type Symbolic } from './graph.js';
import { initialWeights } from './initialWeights.js';
import { Model } from './model.js';

export interface FunctionalOptions {
  /** An input, or several. */
  readonly inputs: Symbolic | readonly Symbolic[];
  /** An output, or several. */
  readonly outputs: Symbolic | readonly Symbolic[];
  /** Seed of the initial weights. Whole number >= 0, default 0. */
  readonly seed?: number;
}

/**
 * A model of layers connected in any way without a circle: residual connections, several inputs or outputs. It is
 * trained, evaluated and saved like one made by `sequential`.
 *
 * Several inputs lie side by side in a row of the data, in the order of `inputs` (`packRows` brings them there), and
 * so do several outputs in a row of the prediction and of the targets (`unpackRows` takes them apart;
 * `lossPerOutput` gives each a loss of its own).
 *
 * @throws TypeError, RangeError, ShapeError; NotInitializedError before `init()`
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { addLayers, concatenate, dense } from 'wasmgrad/layers';
 * import { connect, input, model } from 'wasmgrad/models';
 * await init();
 * const [position, speed] = [input({ shape: [3] }), input({ shape: [2] })];
 * const x = connect(dense({ units: 8, activation: 'relu' }), connect(concatenate(), position, speed));
 * const y = connect(dense({ units: 1 }), connect(addLayers(), x, connect(dense({ units: 8 }), x)));
 * const network = model({ inputs: [position, speed], outputs: y, seed: 1 });
 * console.log(network.inputShape, network.parameterCount); // [5] 129
 * network.dispose();
 * ```
 */
export function model(options: FunctionalOptions): Model {
  runtime();
  knownOptions('model', options, ['inputs', 'outputs', 'seed']);
  const inputs = listOfValues('inputs', options.inputs);
  const outputs = listOfValues('outputs', options.outputs);
  for (const { layer } of inputs)
    if (layer) refuse(TypeError, 'model', 'inputs made by input()', 'the output of a layer');
  const shapes = inputs.map(({ shape }) => shape);
  const [first = []] = shapes;
  const inputShape = shapes.length === 1 ? first : [shapes.reduce((total, shape) => total + sizeOf(shape), 0)];
  const plan = {
    inputShape,
    placements: placementsOf(inputs, outputs),
    inputShapes: inputs.length > 1 ? shapes : undefined,
    outputShapes: outputs.length > 1 ? outputs.map(({ shape }) => shape) : undefined,
  };
  return new Model(buildPlan('model', plan, initialWeights('model', options.seed)));
}
