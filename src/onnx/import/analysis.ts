// Which values of a graph are batches of samples, found by comparing runs for batches of different size.
import { labelOf } from './decode.js';
import { dryRun, type DryOptions, type DryRun, type Seen } from './dryRun.js';
import type { FileNode, OnnxFile } from './file.js';
import { hostConstant, type HostConstant } from './hostConstants.js';
import { MixedBatch } from './mixed.js';
import type { ModelPort, PortOptions } from './ports.js';
import { channelsLast } from './values.js';
import type { FileWeight } from './weights.js';

const BATCHES = [2, 3, 5] as const;

export interface Analysis {
  readonly file: OnnxFile;
  readonly ports: readonly ModelPort[];
  /** Constants that stay tensors. */
  readonly weights: ReadonlyMap<string, FileWeight>;
  /** The values of a run with a batch of 3. */
  readonly seen: ReadonlyMap<string, Seen>;
  /** The axis of the batch of each value that depends on the inputs and has one such axis. */
  readonly batchAxis: ReadonlyMap<string, number>;
  /** Values that depend on values of the inputs. */
  readonly dependent: ReadonlySet<string>;
  /** Numbers of the host that are known for every batch. */
  readonly constants: ReadonlyMap<string, HostConstant>;
}

/** Operators with an attribute `axis` along which they connect elements. */
const ALONG_AXIS = ['Softmax', 'LogSoftmax', 'Hardmax', 'TopK', 'LpNormalization', 'Gather', 'Concat', 'Split', 'ScatterElements', 'GatherElements', 'LayerNormalization', 'RMSNormalization']; // prettier-ignore

type Axes = ReadonlyMap<string, readonly number[]>;

/** Axes whose size is the batch, for each tensor; -1 stands for one that depends on it in another way. */
function batchAxes(a: DryRun, b: DryRun): Axes {
  const axes = new Map<string, number[]>();
  for (const [name, { dims, host }] of a.seen) {
    const other = b.seen.get(name)?.dims ?? [];
    if (host) continue;
    axes.set(
      name,
      dims.flatMap((size, axis) => {
        if (size === other[axis]) return [];
        return [size === BATCHES[0] && other[axis] === BATCHES[1] ? axis : -1];
      }),
    );
  }
  return axes;
}

/** Tensors that depend on the values of the inputs. */
function dependents({ nodes }: OnnxFile, ports: readonly ModelPort[], seen: ReadonlyMap<string, Seen>): Set<string> {
  const found = new Set(ports.map(({ name }) => name));
  for (const { inputs, outputs } of nodes)
    if (inputs.some((name) => found.has(name)))
      for (const name of outputs) if (seen.get(name) && !seen.get(name)?.host) found.add(name);
  return found;
}

/** @throws MixedBatch for a node that connects samples, as far as shapes and axes tell */
function checkSeparate(
  where: string,
  nodes: readonly FileNode[],
  axes: Axes,
  dependent: ReadonlySet<string>,
  seen: DryRun['seen'],
): void {
  const refuseNode = (node: FileNode): never => {
    throw new MixedBatch(
      `${where}: expected a graph that treats samples separately, got ${labelOf(node)}, which connects them`,
    );
  };
  for (const node of nodes) {
    const [first = ''] = node.inputs.filter((name) => dependent.has(name));
    const made = node.outputs.filter((name) => dependent.has(name));
    if (made.some((name) => (axes.get(name)?.length ?? 0) !== 1)) refuseNode(node);
    const { axis = node.op === 'Gather' ? 0 : undefined } = node.attributes;
    const rank = seen.get(first)?.dims.length ?? 0;
    const own = typeof axis === 'number' && axis < 0 ? axis + rank : axis;
    const batch = axes.get(first)?.[0] ?? -1;
    if (ALONG_AXIS.includes(node.op) && batch >= 0 && own === batch && node.inputs[0] === first) refuseNode(node);
  }
}

function constantsOf(runs: readonly [DryRun, DryRun, DryRun]): Map<string, HostConstant> {
  const [a, b, c] = runs;
  const found = new Map<string, HostConstant>();
  for (const [name, { host }] of a.seen) {
    const [second, third] = [b.seen.get(name)?.host, c.seen.get(name)?.host];
    const constant = host && second && third && hostConstant([host, second, third], BATCHES);
    if (constant) found.set(name, constant);
  }
  return found;
}

/** The order of axes of an output of the model. */
function outputOrder(rank: number, batch: number, layout: PortOptions['layout']): number[] {
  if (layout === 'nhwc' && rank === 4 && batch === 0) return channelsLast(rank);
  return [batch, ...Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== batch)];
}

/** Weights without those whose numbers operators need. */
function tensorsOf(options: Omit<DryOptions, 'batch'>): Map<string, FileWeight> {
  const { asked } = dryRun({ ...options, batch: BATCHES[0] });
  return new Map([...options.weights].filter(([name]) => !asked.has(name)));
}

/**
 * What layers a graph has. @throws FormatError for what does not fit or depends on data; MixedBatch for a graph whose
 * samples depend on each other, and for one with outputs that are no batches
 */
export function analyse(
  where: string,
  file: OnnxFile,
  all: Analysis['weights'],
  ports: readonly ModelPort[],
  layout: PortOptions['layout'],
): Analysis {
  const weights = tensorsOf({ where, file, weights: all, ports });
  const options = { where, file, weights, ports };
  const [a, b] = [dryRun({ ...options, batch: BATCHES[0] }), dryRun({ ...options, batch: BATCHES[1] })];
  const axes = batchAxes(a, b);
  const dependent = dependents(file, ports, a.seen);
  checkSeparate(where, file.nodes, axes, dependent, a.seen);
  const bad = file.outputs.find(({ name }) => !dependent.has(name) || (axes.get(name)?.[0] ?? -1) < 0);
  if (bad) throw new MixedBatch(`${where}: expected outputs for each sample, got '${bad.name}', which is none`);
  const batchAxis = new Map<string, number>();
  for (const name of dependent) batchAxis.set(name, axes.get(name)?.[0] ?? -1);
  const ends = new Map<string, readonly number[] | undefined>();
  for (const [name, axis] of batchAxis) if (axis === 0) ends.set(name, undefined);
  for (const { name } of file.outputs) ends.set(name, outputOrder(a.seen.get(name)?.dims.length ?? 1, batchAxis.get(name) ?? 0, layout)); // prettier-ignore
  const c = dryRun({ ...options, batch: BATCHES[2] });
  const final = dryRun({ ...options, batch: BATCHES[1], ends });
  return { file, ports, weights, seen: final.seen, batchAxis, dependent, constants: constantsOf([a, b, c]) };
}
