import { isPlain, show } from '../core/checks.js';
import { FormatError, inNameOf, refuse } from '../core/errors.js';
import type { TrainingData } from '../data/index.js';
import { Model, type FitOptions } from '../models/index.js';
import type { Receipt, ReceiptData } from '../models/receipt.js';
import { checkFit } from '../models/fitOptions.js';
import { beginning, makeReceipt, plain } from './receipt.js';
import { checkSha256 } from './sha256.js';

/** What became of a fact of a receipt. */
export interface VerifiedFact {
  readonly name: string;
  readonly expected: unknown;
  readonly found: unknown;
  readonly same: boolean;
}

/** Result of `verifyReceipt`. */
export interface Verification {
  /** Whether the training gave the same weights from the same data by the same configuration. */
  readonly verified: boolean;
  /** The names of the facts that differ. Version and kernels may, if the weights are the same. */
  readonly differs: readonly string[];
  /** All facts that were compared. Those about the end are missing if training would have begun otherwise. */
  readonly facts: readonly VerifiedFact[];
}

const BEFORE = ['version', 'kernels', 'data', 'validation', 'configuration', 'seed', 'initialWeights', 'initialState'] as const; // prettier-ignore
const AFTER = ['epochs', 'stopped', 'weights'] as const;
/** Facts that may differ if the weights are the same. */
const FREE: readonly string[] = ['version', 'kernels'];

function compared(
  names: readonly (keyof Receipt)[],
  expected: Receipt,
  found: Readonly<Partial<Receipt>>,
): VerifiedFact[] {
  return names.flatMap((name) => {
    const [was, is] = [expected[name], found[name]];
    if (was === undefined && is === undefined) return [];
    const text = (value: unknown): string => JSON.stringify(plain(value ?? null));
    return [{ name, expected: was, found: is, same: text(was) === text(is) }];
  });
}

/** @throws TypeError, FormatError unless the value is a receipt */
export function checkReceipt(where: string, value: unknown): Receipt {
  if (!isPlain(value)) refuse(TypeError, where, 'a receipt, history.receipt of fit', show(value));
  const { format, version, kernels, data, validation, configuration, seed, epochs, stopped, initialState, ...rest } =
    value;
  if (format !== 1) refuse(FormatError, where, 'a receipt of format 1', show(format));
  const dataOf = (what: string, given: unknown): ReceiptData => {
    if (!isPlain(given) || typeof given['rows'] !== 'number')
      refuse(FormatError, where, `${what} of a receipt`, show(given));
    return { rows: given['rows'], sha256: checkSha256(where, `sha256 of ${what}`, given['sha256']) };
  };
  if (!isPlain(kernels) || (kernels['simd'] !== 'strict' && kernels['simd'] !== 'relaxed'))
    refuse(FormatError, where, "kernels of a receipt, 'strict' or 'relaxed'", show(kernels));
  if (!isPlain(configuration)) refuse(FormatError, where, 'the configuration of a receipt', show(configuration));
  if (
    typeof version !== 'string' ||
    typeof stopped !== 'string' ||
    typeof seed !== 'number' ||
    typeof epochs !== 'number'
  )
    refuse(FormatError, where, 'version, seed, epochs and stopped in a receipt', show(value));
  return {
    format,
    version,
    kernels: { simd: kernels['simd'], sha256: checkSha256(where, 'sha256 of kernels', kernels['sha256']) },
    data: dataOf('data', data),
    ...(validation !== undefined && { validation: dataOf('validation', validation) }),
    configuration,
    seed,
    initialWeights: checkSha256(where, 'initialWeights', rest['initialWeights']),
    ...(initialState !== undefined && { initialState: checkSha256(where, 'initialState', initialState) }),
    epochs,
    stopped,
    weights: checkSha256(where, 'weights', rest['weights']),
  };
}

/**
 * Trains again as a receipt says, and compares all facts: whether the same data, layers, loss, optimizer, options, seed
 * and initial weights give the same trained weights, bit by bit. The bits do not depend on the machine, on `worker`, or on
 * the number of threads.
 *
 * If training would begin otherwise (other data, configuration, seed or weights), it is not done, and the result says what
 * differs.
 *
 * @param receipt `history.receipt`, or what `JSON.parse` made of its text
 * @param model a new model, as it was before the training of the receipt; it is trained
 * @param data as for that training
 * @param options as for that training
 * @returns `{ verified, differs, facts }`
 * @throws TypeError, FormatError for what is no receipt; what `fit` throws
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dataset } from 'wasmgrad/data';
 * import { makeReceipt, verifyReceipt } from 'wasmgrad/io';
 * import { dense } from 'wasmgrad/layers';
 * import { meanSquaredError } from 'wasmgrad/losses';
 * import { sequential } from 'wasmgrad/models';
 * import { sgd } from 'wasmgrad/optimizers';
 * await init();
 * const build = () => sequential({ inputShape: [1], seed: 1 }, [dense({ units: 1 })]);
 * const data = dataset([[0], [1], [2], [3]], [[1], [3], [5], [7]]);
 * const options = { loss: meanSquaredError(), optimizer: sgd({ learningRate: 0.1 }), epochs: 20 };
 * const { receipt } = await build().fit(data, { ...options, receipt: makeReceipt });
 * const text = JSON.stringify(receipt); // perhaps elsewhere, much later
 * const { verified, differs } = await verifyReceipt(JSON.parse(text), build(), data, options);
 * console.log(verified, differs); // true []
 * ```
 */
export async function verifyReceipt(
  receipt: unknown,
  model: Model,
  data: TrainingData,
  options: FitOptions,
): Promise<Verification> {
  const where = 'verifyReceipt';
  const expected = checkReceipt(where, receipt);
  if (!((model as unknown) instanceof Model)) refuse(TypeError, where, 'a model', show(model));
  if (!isPlain(options)) refuse(TypeError, where, 'the options of fit', show(options));
  try {
    checkFit(model, data, options);
    const before = compared(BEFORE, expected, beginning(where, model, data, options));
    if (before.some(({ name, same }) => !same && !FREE.includes(name))) return summarised(before);
    const history = await model.fit(data, { ...options, receipt: makeReceipt });
    return summarised([...before, ...compared(AFTER, expected, history.receipt ?? {})]);
  } catch (error) {
    throw inNameOf(where, error);
  }
}

function summarised(facts: readonly VerifiedFact[]): Verification {
  const differs = facts.filter(({ same }) => !same).map(({ name }) => name);
  return { verified: differs.every((name) => FREE.includes(name)), differs, facts };
}
