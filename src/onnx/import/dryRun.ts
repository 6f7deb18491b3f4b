// What a graph computes, found by running it for its shapes only.
import { shapesOnly } from '../../runtime/shapesOnly.js';
import { scoped } from '../../tensors/scope.js';
import { Tensor } from '../../tensors/tensor.js';
import { MOST } from './call.js';
import type { FileDType, OnnxFile } from './file.js';
import type { ModelPort } from './ports.js';
import { runNode } from './run.js';
import { inOrder, isHost, ordered, type HostValue, type Value } from './values.js';
import { weightValue, type FileWeight } from './weights.js';

/** What is known of a value: its shape, and its numbers if it stays on the host. */
export interface Seen {
  readonly dtype: FileDType;
  readonly dims: readonly number[];
  readonly order: readonly number[] | undefined;
  readonly host: HostValue | undefined;
}

export interface DryRun {
  readonly seen: ReadonlyMap<string, Seen>;
  /** Weights whose numbers were needed. */
  readonly asked: ReadonlySet<string>;
}

export interface DryOptions {
  readonly where: string;
  readonly file: OnnxFile;
  readonly weights: ReadonlyMap<string, FileWeight>;
  readonly ports: readonly ModelPort[];
  /** The size of the batch; without it, that of the file. */
  readonly batch?: number | undefined;
  /** The values that layers end with, and the order of axes of those that are outputs; others only have the batch first. */
  readonly ends?: ReadonlyMap<string, readonly number[] | undefined> | undefined;
}

const seenOf = (value: Value): Seen => ({
  dtype: value.dtype,
  dims: value.dims,
  order: isHost(value) ? undefined : value.order,
  host: isHost(value) ? value : undefined,
});

/** A value as it goes from layer to layer: with the batch as its first axis, or in a certain order. */
function atEnd(value: Value, order: readonly number[] | undefined): Value {
  if (isHost(value)) return value;
  const first = value.order?.[0] ?? 0;
  const to = order ?? (first === 0 ? undefined : value.dims.map((_, axis) => axis));
  return to ? ordered(inOrder(value, to), to, value.dtype) : value;
}

/** The batch of the file and the one of the run, if the file has one. */
export function fixedBatch(ports: readonly ModelPort[], now: number): { made: number; now: number } | undefined {
  const [first] = ports;
  const made = first?.made;
  return made !== undefined && ports.every((port) => port.made === made) ? { made, now } : undefined;
}

function firstValues({ file, weights, ports, batch }: DryOptions): Map<string, Value> {
  const env = new Map<string, Value>();
  for (const [name, held] of file.initializers) {
    const weight = weights.get(name);
    env.set(name, weight ? weightValue(name, weight) : held);
  }
  for (const { name, dtype, dims, order, made } of ports) {
    const shape = order.map((axis, i) => (i === 0 ? (batch ?? made ?? 1) : (dims[axis] ?? 1)));
    env.set(name, ordered(Tensor.allocate(shape), order, dtype));
  }
  return env;
}

/** Runs the graph without computing anything. @throws FormatError for what depends on data or does not fit */
export function dryRun(options: DryOptions): DryRun {
  const { where, file, batch, ports, ends } = options;
  const asked = new Set<string>();
  const context = {
    where,
    opset: file.opset,
    layer: { training: false, stream: 0 },
    updates: new Map<string, Tensor>(),
    budget: { left: MOST },
    batch: batch === undefined ? undefined : fixedBatch(ports, batch),
    asked: (name: string) => void asked.add(name),
  };
  const used = new Set([...file.nodes.flatMap(({ inputs }) => inputs), ...file.outputs.map(({ name }) => name)]);
  const seen = new Map<string, Seen>();
  const run = (): void => {
    const env = firstValues(options);
    for (const [name, value] of env) seen.set(name, seenOf(value));
    for (const node of file.nodes)
      runNode(node, env, context, (name) => used.has(name)).forEach((value, i) => {
        const name = node.outputs[i] ?? '';
        if (!value || name === '') return;
        const kept = ends?.has(name) ? atEnd(value, ends.get(name)) : value;
        env.set(name, kept);
        seen.set(name, seenOf(kept));
      });
  };
  shapesOnly(() => scoped(run));
  return { seen, asked };
}
