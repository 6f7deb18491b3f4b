// A graph as the interpreter needs it: checked, without what no output needs.
import { show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import { MAX_RANK } from '../../core/shapes.js';
import { decodeOnnx, labelOf } from './decode.js';
import type { FileNode, OnnxFile } from './file.js';
import { isKnown } from './run.js';

/** Refuses operators that are not known, and values that are made twice, or used before they are made. */
function checkNodes(where: string, { nodes, initializers, inputs }: OnnxFile): Set<string> {
  const made = new Set([...initializers.keys(), ...inputs.map(({ name }) => name)]);
  if (made.size < initializers.size + inputs.length) refuse(FormatError, where, 'distinct inputs', 'one twice');
  for (const node of nodes) {
    if (!isKnown(node)) {
      const domain = node.domain === '' ? '' : ` of ${show(node.domain)}`;
      refuse(FormatError, where, 'operators that are known', `${labelOf(node)}${domain}`);
    }
    const missing = node.inputs.find((name) => name !== '' && !made.has(name));
    if (missing !== undefined)
      refuse(FormatError, where, `${labelOf(node)} to use what comes before it`, `${show(missing)}, which does not`);
    for (const name of node.outputs) {
      if (name !== '' && made.has(name)) refuse(FormatError, where, 'distinct names of values', `${show(name)} twice`);
      made.add(name);
    }
  }
  return made;
}

/** Refuses inputs and initializers with more axes than a tensor can have. */
function checkRanks(where: string, { initializers, inputs }: OnnxFile): void {
  const all = [...inputs.map(({ name, dims }) => [name, dims] as const), ...[...initializers].map(([name, { dims }]) => [name, dims] as const)]; // prettier-ignore
  for (const [name, dims = []] of all)
    if (dims.length > MAX_RANK)
      refuse(FormatError, where, `at most ${MAX_RANK} axes`, `${dims.length} (${show(name)})`);
}

/** The nodes that the outputs need. */
function needed(nodes: readonly FileNode[], outputs: readonly string[]): FileNode[] {
  const wanted = new Set(outputs);
  const kept = [...nodes].reverse().filter(({ inputs, outputs: made }) => {
    const isNeeded = made.some((name) => name !== '' && wanted.has(name));
    if (isNeeded) for (const name of inputs) wanted.add(name);
    return isNeeded;
  });
  return kept.reverse();
}

/** The graph in the bytes of a file. @throws FormatError naming the node or value that is wrong */
export function readOnnx(where: string, bytes: Uint8Array): OnnxFile {
  const file = decodeOnnx(where, bytes);
  checkRanks(where, file);
  const made = checkNodes(where, file);
  const names = file.outputs.map(({ name }) => name);
  if (names.length === 0) refuse(FormatError, where, 'a graph with an output', 'none');
  const missing = names.find((name) => !made.has(name));
  if (missing !== undefined) refuse(FormatError, where, `a value for the output ${show(missing)}`, 'none');
  if (new Set(names).size < names.length) refuse(FormatError, where, 'distinct outputs', 'one twice');
  return { ...file, nodes: needed(file.nodes, names) };
}
