// A graph cut into blocks at the values that are batches of samples: each block becomes a layer.
import type { Analysis } from './analysis.js';
import type { FileNode } from './file.js';

export interface Block {
  /** In the order of the graph. */
  readonly nodes: readonly FileNode[];
  /** Batches that come from other blocks or are inputs of the graph. */
  readonly inputs: readonly string[];
  /** What other blocks or the outputs of the graph need. */
  readonly ends: readonly string[];
  /** Names of the weights that it uses. */
  readonly weights: readonly string[];
}

/** Nodes that are as cheap to repeat for each of their outputs as to run once. */
const REPEATED = ['Split'];

/** A node for each output of those that are repeated. */
function spreadOut({ file, dependent }: Analysis): FileNode[] {
  return file.nodes.flatMap((node) => {
    const made = node.outputs.filter((name) => dependent.has(name));
    if (!REPEATED.includes(node.op) || made.length < 2) return [node];
    return made.map((name) => ({ ...node, outputs: node.outputs.map((other) => (other === name ? other : '')) }));
  });
}

/** More layers than this are joined, since the functions that connect layers call themselves for each. */
const MOST = 1000;

/** Groups of consecutive blocks that become one. */
class Ranges {
  /** For each block the first of its range. */
  readonly #first: number[];

  constructor(count: number) {
    this.#first = Array.from({ length: count }, (_, i) => i);
  }

  of(block: number): number {
    return this.#first[block] ?? block;
  }

  /** Joins all blocks from the first to the last of these. */
  join(blocks: readonly number[]): void {
    const [low, high] = [Math.min(...blocks), Math.max(...blocks)];
    const first = this.of(low);
    const last = this.#first.lastIndexOf(this.of(high));
    for (let i = first; i <= last; i++) this.#first[i] = first;
  }
}

/** For each node of the graph the block that it belongs to, if it depends on the inputs. */
function assign(nodes: readonly FileNode[], analysis: Analysis) {
  const { batchAxis, dependent, file } = analysis;
  const outputs = new Set(file.outputs.map(({ name }) => name));
  const isEnd = (name: string): boolean => batchAxis.get(name) === 0 || outputs.has(name);
  const block = new Map<FileNode, number>();
  let count = 0;
  for (const node of nodes) {
    const made = node.outputs.filter((name) => dependent.has(name));
    if (made.length > 0 && made.some(isEnd)) block.set(node, count++);
  }
  const ranges = new Ranges(count);
  const users = new Map<string, number[]>();
  for (const node of [...nodes].reverse()) {
    const inner = node.outputs.filter((name) => dependent.has(name) && batchAxis.get(name) !== 0);
    const own = block.get(node);
    const by = [...new Set([...inner.flatMap((name) => users.get(name) ?? []), ...(own === undefined ? [] : [own])])];
    const [first] = by;
    if (first === undefined) continue;
    if (by.length > 1) ranges.join(by);
    block.set(node, own ?? first);
    for (const name of node.inputs) users.set(name, [...(users.get(name) ?? []), own ?? first]);
  }
  return { block, ranges, count };
}

/** Nodes that make what `wanted` names and depends on no input, in order. */
function constantNodes(
  wanted: readonly string[],
  makers: ReadonlyMap<string, FileNode>,
  analysis: Analysis,
): Set<FileNode> {
  const { dependent, constants } = analysis;
  const found = new Set<FileNode>();
  const visit = (name: string): void => {
    const maker = makers.get(name);
    if (!maker || dependent.has(name) || constants.has(name) || found.has(maker)) return;
    maker.inputs.forEach(visit);
    found.add(maker);
  };
  wanted.forEach(visit);
  return found;
}

function blockOf(
  own: readonly FileNode[],
  makers: ReadonlyMap<string, FileNode>,
  analysis: Analysis,
): Omit<Block, 'ends'> {
  const { dependent, constants, weights } = analysis;
  const constant = constantNodes(own.flatMap(({ inputs }) => inputs), makers, analysis); // prettier-ignore
  const nodes = [...constant, ...own];
  const made = new Set(nodes.flatMap(({ outputs }) => outputs));
  const used = [...new Set(nodes.flatMap(({ inputs }) => inputs))].filter((name) => name !== '' && !made.has(name));
  return {
    nodes,
    inputs: used.filter((name) => dependent.has(name)),
    weights: used.filter((name) => weights.has(name) && !constants.has(name)),
  };
}

function cut(
  nodes: readonly FileNode[],
  analysis: Analysis,
  block: ReadonlyMap<FileNode, number>,
  ranges: Ranges,
): Block[] {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const groups = new Map<number, FileNode[]>();
  for (const node of nodes) {
    const own = block.get(node);
    if (own === undefined) continue;
    const first = ranges.of(own);
    groups.set(first, [...(groups.get(first) ?? []), node]);
  }
  const parts = [...groups].sort(([a], [b]) => a - b).map(([, own]) => blockOf(own, makers, analysis));
  const needed = new Set([...parts.flatMap(({ inputs }) => inputs), ...analysis.file.outputs.map(({ name }) => name)]);
  return parts.map((part) => ({
    ...part,
    ends: part.nodes.flatMap(({ outputs }) => outputs.filter((name) => name !== '' && needed.has(name))),
  }));
}

/** A text that is equal for blocks that do the same with the same weights. */
export function signature({ nodes, inputs, ends, weights }: Block): string {
  const names = new Map<string, string>(weights.map((name) => [name, name]));
  const local = (name: string): string => {
    if (name === '') return '';
    const known = names.get(name) ?? `#${names.size}`;
    names.set(name, known);
    return known;
  };
  const steps = nodes.map((node) => [node.op, node.attributes, node.inputs.map(local), node.outputs.map(local)]);
  return JSON.stringify([steps, inputs.map(local), ends.map(local)]);
}

/** The blocks of a graph. Blocks with a weight in common become one, unless they do the same. */
export function blocksOf(analysis: Analysis): Block[] {
  const nodes = spreadOut(analysis);
  const { block, ranges, count } = assign(nodes, analysis);
  const step = Math.ceil(count / MOST);
  for (let i = 0; step > 1 && i < count; i += step) ranges.join([i, Math.min(i + step, count) - 1]);
  for (;;) {
    const blocks = cut(nodes, analysis, block, ranges);
    const clash = sharing(blocks);
    if (!clash) return blocks;
    const numbers = clash.flatMap(({ nodes: own }) => own.flatMap((node) => block.get(node) ?? []));
    ranges.join(numbers);
  }
}

/** Two different blocks with a weight in common. */
function sharing(blocks: readonly Block[]): readonly [Block, Block] | undefined {
  const users = new Map<string, Block>();
  for (const block of blocks)
    for (const weight of block.weights) {
      const first = users.get(weight);
      if (first && signature(first) !== signature(block)) return [first, block];
      users.set(weight, first ?? block);
    }
  return undefined;
}
