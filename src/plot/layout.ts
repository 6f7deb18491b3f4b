// Places of the boxes of a graph: boxes in ranks, each rank ordered to keep edges short, edges bent round other boxes.

export interface Box {
  /** Size across the direction of the edges. */
  readonly across: number;
  /** Numbers of the boxes whose edges end here; all come before it. */
  readonly inputs: readonly number[];
  /** Whether it stands just before its first use, and not at the beginning. */
  readonly late?: boolean;
}

export interface Laid {
  /** Of each box: its rank, and its middle across. */
  readonly places: readonly { readonly rank: number; readonly across: number }[];
  /** Of each edge, in the order of boxes and inputs: its places in the ranks between. */
  readonly bends: readonly (readonly number[])[];
  readonly ranks: number;
  readonly across: number;
}

interface Node {
  readonly across: number;
  readonly rank: number;
  readonly before: Node[];
  readonly after: Node[];
  at: number;
}

const GAP = 26;
const BEND = 10;

/** The rank of each box: its longest way from a box without inputs; late ones just before their first use. */
export function ranksOf(boxes: readonly Box[]): number[] {
  const rank = boxes.map(() => 0);
  boxes.forEach(({ inputs }, i) => {
    for (const input of inputs) rank[i] = Math.max(rank[i]!, 1 + rank[input]!);
  });
  boxes.forEach(({ late, inputs }, i) => {
    if (!late || inputs.length > 0) return;
    const uses = boxes.flatMap((box, k) => (box.inputs.includes(i) ? [rank[k]!] : []));
    if (uses.length > 0) rank[i] = uses.reduce((least, use) => Math.min(least, use)) - 1;
  });
  return rank;
}

function join(from: Node, to: Node): void {
  from.after.push(to);
  to.before.push(from);
}

const meanOf = (nodes: readonly Node[], otherwise: number): number =>
  nodes.length > 0 ? nodes.reduce((sum, { at }) => sum + at, 0) / nodes.length : otherwise;

/** Puts the nodes of a rank, in their order, as close as possible to where they want to be. */
function settle(nodes: readonly Node[], wish: (node: Node) => number): void {
  const wishes = nodes.map(wish);
  let [end, shift] = [-Infinity, 0];
  nodes.forEach((node, i) => {
    node.at = Math.max(wishes[i]!, end + GAP + node.across / 2);
    end = node.at + node.across / 2;
    shift += node.at - wishes[i]!;
  });
  for (const node of nodes) node.at -= shift / nodes.length;
}

/** Lays the boxes out. */
export function lay(boxes: readonly Box[]): Laid {
  const rank = ranksOf(boxes);
  const nodes = boxes.map(({ across }, i): Node => ({ across, rank: rank[i]!, before: [], after: [], at: 0 }));
  const rows = Array.from({ length: rank.reduce((most, one) => Math.max(most, one + 1), 0) }, (): Node[] => []);
  const add = (node: Node): Node => {
    const row = rows[node.rank]!;
    node.at = row.length * 100;
    row.push(node);
    return node;
  };
  for (const node of nodes) add(node);
  const chains = boxes.flatMap(({ inputs }, i) =>
    inputs.map((input) => {
      const chain: Node[] = [];
      let last = nodes[input]!;
      for (let k = rank[input]! + 1; k < rank[i]!; k++) {
        const bend = add({ across: BEND, rank: k, before: [], after: [], at: 0 });
        join(last, bend);
        chain.push((last = bend));
      }
      join(last, nodes[i]!);
      return chain;
    }),
  );
  for (let sweep = 0; sweep < 4; sweep++) {
    for (const row of rows) arrange(row, (node) => meanOf(node.before, node.at));
    for (const row of rows.slice().reverse()) arrange(row, (node) => meanOf(node.after, node.at));
  }
  const edges = rows.flat().map(({ at, across }) => [at - across / 2, at + across / 2] as const);
  const low = edges.reduce((least, [from]) => Math.min(least, from), Infinity);
  const high = edges.reduce((most, [, to]) => Math.max(most, to), -Infinity);
  return {
    places: nodes.map((node) => ({ rank: node.rank, across: node.at - low })),
    bends: chains.map((chain) => chain.map(({ at }) => at - low)),
    ranks: rows.length,
    across: Math.max(0, high - low),
  };
}

function arrange(row: Node[], wish: (node: Node) => number): void {
  const wishes = new Map(row.map((node) => [node, wish(node)]));
  row.sort((a, b) => wishes.get(a)! - wishes.get(b)!);
  settle(row, (node) => wishes.get(node)!);
}
