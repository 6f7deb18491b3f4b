// Graphs that are no functions of single samples, as models that predict.
import { isPlain, knownOptions } from '../../core/checks.js';
import { onBehalfOf, refuse } from '../../core/errors.js';
import { leaves } from '../../core/trees.js';
import type { WeightSpec } from '../../layers/layer.js';
import { initialWeights } from '../../models/build.js';
import { buildPlan } from '../../models/build.js';
import { assertAlive, type ModelInput } from '../../models/inputs.js';
import type { PredictOptions } from '../../models/inferenceModel.js';
import { Model } from '../../models/model.js';
import { weightTree, type Network } from '../../models/network.js';
import { write } from '../../models/programs.js';
import { isStream, type InputStream } from '../../models/predictStream.js';
import { scoped } from '../../tensors/scope.js';
import { isTensor, type DType, type Tensor } from '../../tensors/tensor.js';
import { isFloat, type OnnxFile } from './file.js';
import { inputValues, runGraph } from './graphFunction.js';

/** A model of a graph as a whole. Its only layer holds the weights. */
class WholeModel extends Model {
  readonly #file: OnnxFile;
  readonly #reason: string;

  constructor(network: Network, file: OnnxFile, reason: string) {
    super(network);
    this.#file = file;
    this.#reason = reason;
  }

  /** Takes tensors of exactly the file's shapes: one, several in order, or several by name. */
  override predict(x: ModelInput, options?: PredictOptions): Tensor;
  override predict(x: InputStream, options?: PredictOptions): Promise<Tensor>;
  override predict(
    x: unknown,
    options: PredictOptions = {},
  ): Tensor<DType> | Record<string, Tensor<DType>> | Promise<Tensor> {
    const where = 'predict';
    if (isStream(x)) return super.predict(x, options);
    assertAlive(where, 'model', this);
    knownOptions(where, options, []);
    const { inputs } = this.#file;
    const given = inputs.length === 1 && !isPlain(x) ? [x] : x;
    const weights = Object.fromEntries(this.weights.map(({ name, tensor }) => [name.slice('onnx/'.length), tensor]));
    const run = (): Tensor<DType> | Record<string, Tensor<DType>> => {
      const outputs = runGraph(where, this.#file, inputValues(where, inputs, given), weights);
      const [single, ...others] = Object.values(outputs);
      return single && others.length === 0 ? single : outputs;
    };
    return onBehalfOf(where, () => scoped(run, (result) => leaves(result, isTensor)));
  }

  #refuse(where: string): never {
    refuse(TypeError, where, 'a graph that treats samples separately', this.#reason);
  }

  override apply(): never {
    return this.#refuse('apply');
  }

  override predictState(): never {
    return this.#refuse('predictState');
  }

  override predictor(): never {
    return this.#refuse('predictor');
  }

  override trainer(): never {
    return this.#refuse('trainer');
  }

  override fit(): Promise<never> {
    return Promise.resolve().then(() => this.#refuse('fit'));
  }

  override evaluate(): never {
    return this.#refuse('evaluate');
  }
}

/** A model that predicts. @param reason why it cannot be trained */
export function wholeModel(file: OnnxFile, reason: string): Model {
  const where = 'importOnnx';
  const floats = [...file.initializers].filter(([, { dtype }]) => isFloat(dtype));
  const specs = floats.map(([name, { dims }]): [string, WeightSpec] => [name, { shape: dims, initializer: 'zeros' }]);
  const layer = {
    kind: 'onnxGraph',
    name: 'onnx',
    outputShape: () => [],
    init: () => Object.fromEntries(specs),
    apply: (): never => refuse(TypeError, 'onnx', 'a graph that treats samples separately', reason),
  };
  const plan = { inputShape: [], placements: [{ layer, inputs: [0] }] };
  const made = new WholeModel(buildPlan(where, plan, initialWeights(where, 0)), file, reason);
  const values = weightTree(made.weights);
  for (const [name, { numbers }] of floats) {
    const weight = values[`onnx/${name}`];
    if (weight) write(weight, numbers);
  }
  return made;
}
