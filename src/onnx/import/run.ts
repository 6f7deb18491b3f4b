// The interpreter: nodes one after the other.
import { FormatError, refuse } from '../../core/errors.js';
import { show } from '../../core/checks.js';
import { NodeCall, type RunContext } from './call.js';
import { labelOf } from './decode.js';
import type { FileNode } from './file.js';
import { operators } from './operators/index.js';
import type { Value } from './values.js';

const DOMAINS = ['', 'ai.onnx.preview.training', 'com.microsoft'];

/** Whether there is an operator for a node. */
export function isKnown({ op, domain }: FileNode): boolean {
  return DOMAINS.includes(domain) && Object.hasOwn(operators, op);
}

/** The outputs of one node. */
export function runNode(
  node: FileNode,
  env: ReadonlyMap<string, Value>,
  context: RunContext,
  wanted: (name: string) => boolean,
): (Value | undefined)[] {
  const operator = operators[node.op];
  if (!operator || !isKnown(node)) refuse(FormatError, context.where, 'an operator that is known', labelOf(node));
  const inputs = node.inputs.map((name) => {
    if (name === '') return undefined;
    return env.get(name) ?? refuse(FormatError, context.where, `a value ${show(name)} for ${labelOf(node)}`, 'none');
  });
  const call = new NodeCall(node, inputs, context, (i) => wanted(node.outputs[i] ?? ''));
  try {
    const result = operator(call);
    return 'dims' in result ? [result] : [...result];
  } catch (cause) {
    throw named(cause, context, node);
  }
}

const MISFITS = ['ShapeError', 'RangeError', 'TypeError', 'DTypeError'];

/** An error that says in which node it came up. While a file is read, one that would need too much memory is damaged. */
function named(cause: unknown, { where, budget }: RunContext, node: FileNode): unknown {
  if (!(cause instanceof Error) || cause.message.includes(labelOf(node))) return cause;
  if (!MISFITS.includes(cause.name) && !(budget && cause.name === 'OutOfMemoryError')) return cause;
  const expected =
    /^[^:]*: (expected .*)$/s.exec(cause.message)?.[1] ?? `expected inputs that fit, got ${cause.message}`;
  return new FormatError(`${where}: ${expected} (${labelOf(node)})`, { cause });
}

/** Runs nodes, which come after what they use. The values are added to `env`. */
export function runNodes(
  nodes: readonly FileNode[],
  env: Map<string, Value>,
  context: RunContext,
  wanted: (name: string) => boolean,
): void {
  for (const node of nodes)
    runNode(node, env, context, wanted).forEach((value, i) => {
      const name = node.outputs[i];
      if (value && name !== undefined && name !== '') env.set(name, value);
    });
}
