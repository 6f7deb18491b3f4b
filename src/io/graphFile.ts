// How the layers of a model are connected, as plain data.
import { FormatError, refuse } from '../core/errors.js';
import { show } from '../core/checks.js';
import type { Shape } from '../core/shapes.js';
import type { Layer } from '../layers/layer.js';
import { checkSampleShape, type Plan } from '../models/build.js';
import type { NetworkParts } from '../models/network.js';
import type { Placement } from '../models/placing.js';
import { describeLayer, type LayerConfig } from './config.js';
import { checkGraph } from './graphCheck.js';
import { countOf, listOf, recordOf, textOf } from './json.js';

/** The description of a layer in a file. Its inputs are left out when its only input is the layer before. */
interface PlacedConfig extends LayerConfig {
  readonly inputs?: readonly number[];
  readonly shares?: number;
}

/** The layers, the shapes of several inputs or outputs, and their names. */
export function describeGraph(
  where: string,
  { layers, name, inputShapes, outputShapes, inputNames, outputNames }: NetworkParts,
): {
  layers: PlacedConfig[];
  name?: string;
  inputShapes?: readonly Shape[];
  outputShapes?: readonly Shape[];
  inputNames?: readonly string[];
  outputNames?: readonly string[];
} {
  return {
    layers: layers.map(({ name, layer, inputs, shared, decided }, i) => ({
      ...describeLayer(where, name, layer, decided),
      ...(inputs.length === 1 && inputs[0] === i ? {} : { inputs }),
      ...(shared ? { shares: layers.findIndex((first) => first.name === name) } : {}),
    })),
    ...(name !== undefined && { name }),
    ...(inputShapes && { inputShapes }),
    ...(outputShapes && { outputShapes }),
    ...(inputNames && { inputNames }),
    ...(outputNames && { outputNames }),
  };
}

/** What an entry says of its layer, wherever it is placed. */
function layerText(entry: unknown): string {
  const { inputs: _, shares: __, ...layer } = Object.fromEntries(Object.entries(entry ?? {}));
  return JSON.stringify(layer);
}

/** A layer that shares weights is the same object as the first of that name. */
function checkShared(where: string, entries: readonly unknown[]): void {
  entries.forEach((entry, i) => {
    const { shares } = recordOf(where, entry);
    const first = typeof shares === 'number' ? entries[shares] : undefined;
    if (shares === undefined) return;
    if (recordOf(where, first)['shares'] !== undefined || layerText(first) !== layerText(entry))
      refuse(FormatError, where, `layer ${i + 1} to be the one that it shares`, layerText(first));
  });
}

function readPlacement(where: string, entry: unknown, i: number, read: (entry: unknown) => Layer): Placement<Layer> {
  const { inputs, shares, name } = recordOf(where, entry);
  const before = (given: unknown, limit: number): number => {
    const position = countOf(where, given);
    if (position < limit) return position;
    refuse(FormatError, where, `layer ${i + 1} to come after what it uses`, show(given));
  };
  const sources = inputs === undefined ? [i] : listOf(where, inputs).map((from) => before(from, i + 1));
  if (sources.length === 0) refuse(FormatError, where, `inputs for layer ${i + 1}`, 'none');
  const decided = typeof name === 'string' && name.includes('/') ? name : undefined; // a layer of a model that was a layer
  return {
    layer: read(entry),
    inputs: sources,
    shares: shares === undefined ? undefined : before(shares, i),
    name: decided,
  };
}

/** Names of inputs or outputs, one for each. */
function readNames(
  where: string,
  key: 'inputNames' | 'outputNames',
  config: Readonly<Record<string, unknown>>,
): string[] | undefined {
  if (config[key] === undefined) return undefined;
  const names = listOf(where, config[key]).map((name) => textOf(where, name));
  const shapes = config[key === 'inputNames' ? 'inputShapes' : 'outputShapes'];
  const count = Array.isArray(shapes) ? shapes.length : 1;
  if (new Set(names).size === count && names.length === count) return names;
  refuse(FormatError, where, `${count} distinct ${key}`, show(names));
}

/** The plan of a model from the configuration in a file. `read` makes a layer from its entry. */
export function readGraph(
  where: string,
  config: Readonly<Record<string, unknown>>,
  read: (entry: unknown) => Layer,
): Plan<Layer> {
  const shape = (given: unknown): Shape =>
    checkSampleShape(
      where,
      listOf(where, given).map((size) => countOf(where, size)),
    );
  const shapes = (given: unknown): Shape[] | undefined =>
    given === undefined ? undefined : listOf(where, given).map(shape);
  const ports = {
    inputShapes: shapes(config['inputShapes']),
    outputShapes: shapes(config['outputShapes']),
    inputNames: readNames(where, 'inputNames', config),
    outputNames: readNames(where, 'outputNames', config),
  };
  const entries = listOf(where, config['layers']);
  const plan = {
    inputShape: shape(config['inputShape']),
    placements: entries.map((entry, i) => readPlacement(where, entry, i, read)),
    name: config['name'] === undefined ? undefined : textOf(where, config['name']),
    ...ports,
  };
  checkShared(where, entries);
  checkGraph(where, plan);
  return plan;
}
