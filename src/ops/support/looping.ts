// Loops as operations: a step is traced to a list of operations, and the derivatives of a loop are loops, too.
import { refuse } from '../../core/errors.js';
import { BodyTrace, type Body, type TracedBody } from '../../autodiff/body.js';
import { addMaybe } from '../../autodiff/linear.js';
import { apply, currentFrame, withFrame, type Applied, type Maybe, type Op, type Tensors } from '../../autodiff/op.js';
import * as kernels from '../../runtime/generated/kernels.js';
import { call } from '../../runtime/kernels.js';
import { activeRecorder, record } from '../../runtime/recorder.js';
import { zeros } from '../../tensors/creation.js';
import { copyOf } from '../../tensors/copying.js';
import { detach, scoped } from '../../tensors/scope.js';
import { hasDType, Tensor, type DType } from '../../tensors/tensor.js';
import { composedRules } from './composition.js';
import { loopForward, loopOutputs, partsOf, type Loop, type Result } from './loop.js';

/** What a step makes of the carry and of an entry of each stack. */
export type Step = (carry: Tensors, entries: Tensors) => { readonly carry: Tensors; readonly results: Tensors };

/** How often a loop runs, and whether from the last entry to the first. */
export type Course = Pick<Loop, 'length' | 'reverse'>;

type LoopApplied = Applied<Loop, Tensors, DType>;

const isFloat = (x: Tensor<DType>): x is Tensor => hasDType(x, 'f32');
const floatsOf = (tensors: Tensors): Tensor[] => tensors.filter(isFloat);
const isDefined = (x: Maybe): x is Tensor => x !== undefined;
const resultOf = ({ shape, dtype }: Tensor<DType>): Result => ({ shape, dtype });

/** The rules of one step, for the f32 outputs of its body. */
const stepRules = composedRules<Body, Tensors>((inputs, body) => floatsOf(body.run(inputs)));

/** Positions of what is f32. */
const floatPositions = (list: readonly Result[]): number[] =>
  list.flatMap(({ dtype }, i) => (dtype === 'f32' ? [i] : []));

const pick = <T>(list: readonly T[], positions: readonly number[]): T[] => list.filter((_, i) => positions.includes(i));

/** A list in which `values` stand at some positions, and nothing elsewhere. */
function placed(length: number, positions: readonly number[], values: readonly Tensor[]): Maybe[] {
  return Array.from({ length }, (_, i) => values[positions.indexOf(i)]);
}

/** Zeros where there is nothing. */
const filled = (values: readonly Maybe[], like: readonly { readonly shape: readonly number[] }[]): Tensor[] =>
  like.map(({ shape }, i) => values[i] ?? zeros(shape));

/** The loop that also returns the carry before each step. */
function saving(loop: Loop, begin: Tensors): Loop {
  const { body, constants, carry, results } = loop;
  const all = [...results, ...begin.map(resultOf)];
  return { ...loop, body: body.returning(constants, constants + carry), results: all, saves: true };
}

/** The carry before each step. */
function savedCarries({ inputs, outputs, attributes: loop }: LoopApplied, begin: Tensors): Tensors {
  if (loop.saves) return outputs.slice(loop.results.length);
  return apply(loopOp, inputs, saving(loop, begin)).slice(loop.results.length + loop.carry);
}

// The loop backwards takes each step's inputs, and carries cotangents: of the carry, and of the constants, summed up.
function pulled(applied: LoopApplied, cotangents: readonly Maybe[]): readonly Maybe[] {
  const { inputs, attributes: loop, needs, table } = applied;
  const { constants, carry, body } = loop;
  const [fixed = [], begin = [], stacks = []] = partsOf(inputs, constants, carry);
  const [gCarry = [], gResults = []] = partsOf(cotangents, carry);
  const state = floatPositions(begin);
  const summed = floatPositions(fixed).filter((i) => needs[i]);
  const moving = floatPositions(stacks).filter((i) => needs[constants + carry + i]);
  const floats = floatPositions(loop.results);
  const given = floats.filter((i) => gResults[i]);
  const old = savedCarries(applied, begin);
  const targets = [...state.map((i) => constants + i), ...summed, ...moving.map((i) => constants + carry + i)];
  const step: Step = (sums, entries) => {
    const [gState = [], gFixed = []] = partsOf(floatsOf(sums), state.length);
    const [before = [], now = [], gNow = []] = partsOf(entries, old.length, stacks.length);
    const outgoing = placed(loop.results.length, given, floatsOf(gNow));
    const point = [...fixed, ...before, ...now];
    const wanted = point.map((_, i) => targets.includes(i));
    const incoming = [...gState, ...floats.map((i) => outgoing[i])];
    const all = stepRules.vjp({ inputs: point, outputs: [], attributes: body, needs: wanted, table }, incoming);
    const [byFixed = [], byCarry = [], byStacks = []] = partsOf(all, constants, carry);
    const bySummed = pick(byFixed, summed);
    return {
      carry: [
        ...filled(pick(byCarry, state), pick(before, state)),
        ...gFixed.map((sum, i) => addMaybe(sum, bySummed[i]) ?? sum),
      ],
      results: filled(pick(byStacks, moving), pick(now, moving)),
    };
  };
  const start = [...filled(pick(gCarry, state), pick(begin, state)), ...filled([], pick(fixed, summed))];
  const entries = [...old, ...stacks, ...gResults.filter(isDefined)];
  const gradients = runLoop(step, start, entries, { length: loop.length, reverse: !loop.reverse });
  return placed(inputs.length, targets, floatsOf(gradients));
}

// The loop forwards carries values and tangents; tangents of constants are constants.
function pushed(applied: LoopApplied, tangents: readonly Maybe[]): readonly Maybe[] {
  const { inputs, attributes: loop, table } = applied;
  const { body, constants, carry } = loop;
  const [fixed = [], begin = [], stacks = []] = partsOf(inputs, constants, carry);
  const [dFixed = [], dBegin = [], dStacks = []] = partsOf(tangents, constants, carry);
  const state = floatPositions(begin);
  const targets = [...state, ...floatPositions(loop.results).map((i) => carry + i)];
  if (targets.length === 0) return [];
  const moving = floatPositions(stacks).filter((i) => dStacks[i]);
  const step: Step = (values, entries) => {
    const [now = [], dNow = []] = partsOf(values, carry);
    const [current = [], dCurrent = []] = partsOf(entries, stacks.length);
    const point = [...fixed, ...now, ...current];
    const directions = [
      ...dFixed,
      ...placed(carry, state, floatsOf(dNow)),
      ...placed(stacks.length, moving, floatsOf(dCurrent)),
    ];
    const needs = directions.map(isDefined);
    const rates = stepRules.jvp({ inputs: point, outputs: [], attributes: body, needs, table }, directions);
    const next = body.run(point);
    const all = filled(rates, floatsOf(next));
    return { carry: [...next.slice(0, carry), ...all.slice(0, state.length)], results: all.slice(state.length) };
  };
  const start = [...begin, ...filled(pick(dBegin, state), pick(begin, state))];
  const rates = runLoop(step, start, [...stacks, ...dStacks.filter(isDefined)], loop);
  return placed(carry + loop.results.length, targets, floatsOf(rates.slice(carry)));
}

const loopOp: Op<Loop, Tensors, DType> = {
  name: 'scan',
  infer: loopOutputs,
  forward: loopForward,
  rules: { vjp: pulled, jvp: pushed, saves: { inputs: true, outputs: true } },
};

/** The entry that the trace sees in place of all: the first, or zeros. */
function sampleOf(stack: Tensor<DType>): Tensor<DType> {
  const entry = Tensor.allocate(stack.shape.slice(1), stack.dtype, 'scan');
  if (stack.size > 0) call(kernels.copyBytes, stack.pointer(), entry.pointer(), 4 * entry.size);
  else call(kernels.fill, entry.pointer(), 0, 0, entry.size);
  return entry;
}

interface TracedStep extends TracedBody {
  /** What it returns after the carry. */
  readonly results: readonly Result[];
}

/** Traces a step at the first entries. The operations see no transformation but the trace. */
function traceAt(step: Step, begin: Tensors, stacks: Tensors, differentiates: boolean): TracedStep {
  const [carry, entries] = [begin.map(copyOf), stacks.map(sampleOf)];
  const trace = new BodyTrace([...carry, ...entries], differentiates);
  const prepared = activeRecorder()?.before.length;
  try {
    const next = withFrame(trace, () => step(carry, entries));
    // What an optimiser does is no operation, and some of it is done by JavaScript.
    if (activeRecorder()?.before.length !== prepared)
      refuse(TypeError, 'scan', 'f to consist of operations', 'one that updates by an optimiser');
    return { ...trace.finish([...next.carry, ...next.results]), results: next.results.map(resultOf) };
  } catch (error) {
    trace.dispose();
    throw error;
  }
}

/** Traces a step. The caller disposes its constants. */
function traceStep(step: Step, begin: Tensors, stacks: Tensors, differentiates: boolean): TracedStep {
  const trace = (): TracedStep =>
    scoped(() => withFrame(undefined, () => traceAt(step, begin, stacks, differentiates)));
  if (activeRecorder()) return trace();
  // As in `compile`, so that the step cannot read values. Tensors that it makes, besides operations, are there after a run.
  const { id: before } = scoped(() => Tensor.allocate([]));
  const { program, result } = record(trace);
  try {
    program.run();
    const constants = scoped(
      () => result.constants.map((constant) => (constant.id > before ? copyOf(constant) : constant.alias())),
      (handles) => handles,
    );
    return { ...result, constants: constants.map(detach) };
  } finally {
    for (const constant of result.constants) constant.dispose();
    program.dispose();
  }
}

/** Runs a step for all entries of the stacks. Returns the last carry, then the results, stacked. */
export function runLoop(step: Step, begin: Tensors, stacks: Tensors, { length, reverse }: Course): Tensor<DType>[] {
  const differentiates = currentFrame()?.differentiates ?? false;
  const { body, constants, results } = traceStep(step, begin, stacks, differentiates);
  try {
    const plain: Loop = {
      ...{ body, results, length, reverse, saves: false },
      ...{ constants: constants.length, carry: begin.length },
    };
    const loop = differentiates ? saving(plain, begin) : plain;
    const outputs = apply(loopOp, [...constants, ...begin, ...stacks], loop);
    const [wanted = [], saved = []] = partsOf(outputs, begin.length + results.length);
    for (const output of saved) output.dispose();
    return [...wanted];
  } finally {
    for (const constant of constants) constant.dispose();
  }
}
