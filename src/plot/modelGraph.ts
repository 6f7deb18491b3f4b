import type { Shape } from '../core/shapes.js';
import type { InferenceModel } from '../models/inferenceModel.js';
import { countValues, type NamedLayer, type NetworkParts } from '../models/network.js';
import { graphPicture, type GraphBox } from './graphPicture.js';
import { count } from './numbers.js';
import { liveModel, pictureOptions, type PictureOptions } from './options.js';
import { fitted } from './svg.js';

const WHERE = 'modelGraph';

const batch = (shape: Shape): string => `[${['B', ...shape].join(', ')}]`;

/** Name, shape and parameters of a layer. */
function layerBox({ weights }: NetworkParts, layer: NamedLayer): string[] {
  const { name, shared, outputShape, layer: { kind = 'custom', activation } } = layer; // prettier-ignore
  const own = weights.filter((weight) => weight.name.startsWith(`${name}/`));
  const [parameters, trainable] = [own, own.filter((weight) => weight.trainable)].map(countValues);
  const fixed = (parameters ?? 0) - (trainable ?? 0);
  const known = typeof activation === 'string' && activation !== 'linear' ? `, ${activation}` : '';
  const what = name.startsWith(kind) ? '' : ` (${kind})`;
  const counted = `${count(parameters ?? 0)} parameters${fixed > 0 ? `, ${count(fixed)} fixed` : ''}`;
  const line = shared ? 'shared' : counted;
  return [`${fitted(name, 240)}${what}${known}`, batch(outputShape), ...(own.length > 0 ? [line] : [])];
}

/** Boxes of inputs, layers and outputs. Those that only carry rows of several inputs or outputs are left out. */
function boxesOf(network: NetworkParts): GraphBox[] {
  const { layers, inputShape, outputShapes, inputNames, outputNames, inputShapes } = network;
  const boxes: GraphBox[] = [];
  /** For each value of the network, 0 its input and k the output of layer k - 1: the number of its box. */
  const numbers: number[] = [];
  const put = (box: GraphBox): number => boxes.push(box) - 1;
  const isPart = ({ layer }: NamedLayer): boolean => inputShapes !== undefined && layer.kind === 'inputPart';
  const inputBox = (name: string, shape: Shape): GraphBox => ({ lines: [fitted(name, 240), batch(shape)], inputs: [], round: true, late: true }); // prettier-ignore
  numbers.push(inputShapes ? -1 : put(inputBox(inputNames?.[0] ?? 'input', inputShape)));
  let part = 0;
  for (const layer of layers) {
    const from = layer.inputs.map((at) => numbers[at] ?? 0);
    if (isPart(layer)) {
      numbers.push(put(inputBox(inputNames?.[part] ?? `input ${part + 1}`, layer.outputShape)));
      part++;
    } else if (outputShapes && layer === layers.at(-1)) {
      from.forEach((at, i) => put({ lines: [fitted(outputNames?.[i] ?? `output ${i + 1}`, 240)], inputs: [at], round: true })); // prettier-ignore
    } else numbers.push(put({ lines: layerBox(network, layer), inputs: from }));
  }
  if (!outputShapes && outputNames)
    put({ lines: [fitted(outputNames[0] ?? 'output', 240)], inputs: [numbers.at(-1) ?? 0], round: true });
  return boxes;
}

/**
 * The layers of a model as a graph from top to bottom, with their output shapes and numbers of parameters.
 *
 * @param model made by `sequential`, `model` or `loadModel`
 * @param options `title`, `theme`
 * @returns an SVG document as text
 * @throws TypeError, DisposedError
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dense } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * import { modelGraph } from 'wasmgrad/plot';
 * await init();
 * const model = sequential({ inputShape: [4] }, [dense({ units: 8, activation: 'relu' }), dense({ units: 3 })]);
 * console.log(modelGraph(model).includes('40 parameters')); // true
 * model.dispose();
 * ```
 */
export function modelGraph(model: InferenceModel, options: PictureOptions = {}): string {
  const { title, theme } = pictureOptions(WHERE, options, 'Model');
  const { network } = liveModel(WHERE, model);
  const boxes = boxesOf(network);
  const fixed = countValues(network.weights.filter(({ trainable }) => !trainable));
  const note = `${count(countValues(network.weights))} parameters${fixed > 0 ? `, ${count(fixed)} fixed` : ''}`;
  const description = `${title}: ${note}. ${boxes.map(({ lines }) => lines.join(' ')).slice(0, 100).join('; ')}.`; // prettier-ignore
  return graphPicture(boxes, { title, note, description, theme, direction: 'down' });
}
