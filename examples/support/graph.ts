// A computational graph as SVG: values in layers from left to right, each layer ordered to keep edges short.
import type { GraphNode } from 'wasmgrad';
import { svg, text } from './chart.js';

const BOX = { width: 92, height: 34 };
const STEP = { x: 140, y: 58 };
const MARGIN = 24;

interface Place {
  readonly x: number;
  readonly y: number;
}

const isLeaf = ({ inputs }: GraphNode): boolean => inputs.length === 0;

/** The layer of each node: operations by their longest way from a leaf, leaves just before their first use. */
export function layersOf(nodes: readonly GraphNode[]): number[] {
  const layer = nodes.map(() => 0);
  for (const node of nodes) {
    if (!isLeaf(node)) layer[node.id] = 1 + Math.max(...node.inputs.map((input) => layer[input]!));
  }
  for (const { id } of nodes.filter(isLeaf)) {
    const uses = nodes.filter(({ inputs }) => inputs.includes(id)).map((user) => layer[user.id]!);
    layer[id] = uses.length > 0 ? Math.min(...uses) - 1 : 0;
  }
  return layer;
}

/** Ids by layer; from left to right, each layer is sorted by where its inputs stand. */
function columnsOf(nodes: readonly GraphNode[]): number[][] {
  const layer = layersOf(nodes);
  const columns = Array.from({ length: 1 + Math.max(...layer) }, (): number[] => []);
  for (const { id } of nodes) columns[layer[id]!]!.push(id);
  const rank = new Map<number, number>();
  const wish = (id: number): number => {
    const inputs = nodes[id]!.inputs.map((input) => rank.get(input) ?? 0);
    return inputs.length > 0 ? inputs.reduce((sum, each) => sum + each, 0) / inputs.length : Infinity;
  };
  for (const column of columns) {
    column.sort((a, b) => wish(a) - wish(b) || a - b);
    column.forEach((id, i) => rank.set(id, i - (column.length - 1) / 2));
  }
  return columns;
}

function box(node: GraphNode, label: string, { x, y }: Place): string {
  const { width, height } = BOX;
  const round = isLeaf(node) ? height / 2 : 4;
  const shape = node.shape.length > 0 ? ` [${node.shape.join(', ')}]` : '';
  return [
    `<rect class="box" x="${x}" y="${y - height / 2}" width="${width}" height="${height}" rx="${round}"/>`,
    text(x + width / 2, y + 4, 'middle', `${label}${shape}`),
  ].join('');
}

function edge(from: Place, to: Place): string {
  const [x1, x2] = [from.x + BOX.width, to.x];
  const bend = (x2 - x1) / 2;
  return `<path class="axis" fill="none" marker-end="url(#arrow)" d="M${x1},${from.y} C${x1 + bend},${from.y} ${x2 - bend},${to.y} ${x2},${to.y}"/>`;
}

/** Draws the nodes of `graph(f, inputs)`; rounded boxes are inputs, which may have names, and constants. */
export function graphSvg(nodes: readonly GraphNode[], title: string, names: readonly string[] = []): string {
  const columns = columnsOf(nodes);
  const rows = Math.max(...columns.map((column) => column.length));
  const [width, height] = [columns.length * STEP.x + 2 * MARGIN, rows * STEP.y + 2 * MARGIN + 24];
  const places = new Map<number, Place>();
  columns.forEach((column, i) =>
    column.forEach((id, j) => {
      const y = 24 + height / 2 - 12 + (j - (column.length - 1) / 2) * STEP.y;
      places.set(id, { x: MARGIN + i * STEP.x, y });
    }),
  );
  return svg(width, height, title, [
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="axis" fill="none" d="M0,0 L8,4 L0,8"/></marker></defs>',
    text(MARGIN, 24, 'start', title, ' class="title"'),
    ...nodes.flatMap(({ id, inputs }) => inputs.map((input) => edge(places.get(input)!, places.get(id)!))),
    ...nodes.map((node) =>
      box(node, node.op === 'input' ? (names[node.id] ?? 'input') : node.op, places.get(node.id)!),
    ),
  ]);
}
