// Names of layers and weights, from the names in a file.

/** Names for the layers and weights of blocks; no name is given twice. */
export class Namer {
  readonly #taken = new Set<string>();

  /** The name, or with a number after it. */
  unique(name: string): string {
    let free = name;
    for (let i = 2; this.#taken.has(free); i++) free = `${name}_${i}`;
    this.#taken.add(free);
    return free;
  }
}

const withDots = (name: string): string => name.replaceAll('/', '.').replace(/^\.+/, '').replaceAll('::', '.');

/** Whether an exporter has made up the name. */
const isMadeUp = (name: string): boolean => /^onnx::|^\d+$|^_v_|_output_\d+$/.test(name);

/** The parts before the last dot or slash that all names begin with. */
function commonPrefix(names: readonly string[]): string {
  const [first = [], ...others] = names.map((name) => name.split('.').slice(0, -1));
  const same = first.findIndex((part, i) => others.some((parts) => parts[i] !== part));
  return first.slice(0, same < 0 ? first.length : same).join('.');
}

/** What a weight is called that has no name of its own. */
const roleOf = (op: string, input: number): string => {
  if (op === 'BatchNormalization') return ['', 'weight', 'bias', 'running_mean', 'running_var'][input] ?? 'weight';
  return input === 2 ? 'bias' : 'weight';
};

export interface NamedBlock {
  readonly layer: string;
  /** The name in the layer of each weight. */
  readonly shorts: ReadonlyMap<string, string>;
}

/** The name of a block with these weights: their common prefix, else the name of its last node. */
export function nameBlock(
  namer: Namer,
  weights: readonly { readonly name: string; readonly op: string; readonly input: number }[],
  last: { readonly name: string; readonly op: string },
): NamedBlock {
  const own = weights.map(({ name }) => withDots(name));
  const prefix = commonPrefix(own.filter((_, i) => !isMadeUp(weights[i]?.name ?? '')));
  const plain = isMadeUp(last.name) || last.name === '' ? last.op : withDots(last.name);
  const layer = namer.unique(prefix === '' ? plain : prefix);
  const inside = new Namer();
  const shorts = weights.map(({ name, op, input }, i): [string, string] => {
    const dotted = own[i] ?? name;
    const short = isMadeUp(name) ? roleOf(op, input) : prefix === '' ? dotted : dotted.slice(prefix.length + 1);
    return [name, inside.unique(short)];
  });
  return { layer, shorts: new Map(shorts) };
}
