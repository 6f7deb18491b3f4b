// Models with a preprocessing, which predict from rows of a table.
import { isPlain, show } from '../core/checks.js';
import { FormatError, refuse, ShapeError } from '../core/errors.js';
import { sameShape } from '../core/shapes.js';
import { Preprocessing, type TableRow } from '../data/index.js';
import type { InferenceModel, PredictOptions } from '../models/inferenceModel.js';
import type { ModelInput } from '../models/inputs.js';
import { isStream, type InputStream } from '../models/predictStream.js';
import { Model } from '../models/model.js';
import type { Network } from '../models/network.js';
import type { Tensor } from '../tensors/tensor.js';
import { scoped } from '../tensors/scope.js';

/** Whether these are rows of a table and no numbers. */
function isRows(x: unknown): x is TableRow | readonly TableRow[] {
  return isPlain(x) || (Array.isArray(x) && x.length > 0 && x.every(isPlain));
}

/** A model that was saved with its preprocessing. It also predicts from rows of the table, given as objects. */
export class TableModel extends Model {
  /** Turns rows into inputs, and predictions into classes or numbers. */
  readonly preprocessing: Preprocessing;

  private constructor(network: Network, preprocessing: Preprocessing) {
    super(network);
    this.preprocessing = preprocessing;
  }

  /** @internal */
  static with(network: Network, preprocessing: Preprocessing): TableModel {
    return new TableModel(network, preprocessing);
  }

  /**
   * The outputs for a row, several rows, or a batch of inputs, in inference mode. `preprocessing.decode` tells what they
   * mean. For a stream of inputs, a promise of the outputs for all.
   *
   * @param x objects of cells by column, e.g. `{ age: 41, city: 'Oslo' }`; or inputs as any model takes them
   * @throws as `Preprocessing.encode`; ShapeError, DisposedError
   */
  override predict(x: ModelInput | TableRow | readonly TableRow[], options?: PredictOptions): Tensor;
  override predict(x: InputStream, options?: PredictOptions): Promise<Tensor>;
  override predict(
    x: ModelInput | InputStream | TableRow | readonly TableRow[],
    options?: PredictOptions,
  ): Tensor | Promise<Tensor> {
    if (!isRows(x)) return isStream(x) ? super.predict(x, options) : super.predict(x, options);
    return scoped(
      () => super.predict(this.preprocessing.encodeRows('predict', x), options),
      (output) => [output],
    );
  }
}

/** The entry of a preprocessing in a model's file: the one given, or the one that the model came with. */
export function describePreprocessing(
  where: string,
  model: InferenceModel,
  given: Preprocessing | undefined,
): { preprocessing?: object } {
  const preprocessing: unknown = given ?? (model instanceof TableModel ? model.preprocessing : undefined);
  if (preprocessing === undefined) return {};
  if (!(preprocessing instanceof Preprocessing))
    refuse(TypeError, where, 'preprocessing made by table(...)', show(preprocessing));
  if (!sameShape(model.inputShape, preprocessing.inputShape))
    refuse(ShapeError, where, `a model of inputShape [${preprocessing.inputs.length}]`, model.inputShape);
  return { preprocessing: preprocessing.toJSON() };
}

/** The model of a network from a file, which may have a preprocessing. @throws FormatError */
export function makeModel(where: string, network: Network, entry: unknown): Model {
  if (entry === undefined) return Model.of(network);
  try {
    const preprocessing = Preprocessing.read(where, entry);
    if (sameShape(network.inputShape, preprocessing.inputShape)) return TableModel.with(network, preprocessing);
    refuse(FormatError, where, `a preprocessing of ${network.inputShape.join()} inputs`, preprocessing.inputs.length);
  } catch (error) {
    Model.of(network).dispose();
    throw error;
  }
}
