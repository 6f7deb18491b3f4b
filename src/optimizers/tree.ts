// An optimiser on a tree of tensors, as a pure function, for training loops of the user's.
import { show } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { shapeText } from '../core/shapes.js';
import { leaves, mapTree } from '../core/trees.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { activeRecorder } from '../runtime/recorder.js';
import { runtime } from '../runtime/state.js';
import { copyInto, copyOf } from '../tensors/copying.js';
import { tensor } from '../tensors/creation.js';
import { scoped } from '../tensors/scope.js';
import { hasDType, isTensor, Tensor, type DType } from '../tensors/tensor.js';
import type { TreeState } from './optimizer.js';
import { checkFloats, type RuleState } from './state.js';

/** Makes the state of an optimiser. */
export type Make = (parameters: readonly Tensor[], names?: readonly string[]) => RuleState;

/** How many steps come before, by the tensor that holds their number once the program being recorded has run. */
const counts = new WeakMap<Tensor<DType>, () => number>();

/**
 * Learning rate and flush flag depend on the step, which a program cannot compute: while one is recorded, it is told to
 * have them written before every run.
 */
function prepareStep(state: RuleState, before: Tensor<DType>, after: Tensor<DType>): void {
  const at = before.address / 4;
  const count = counts.get(before) ?? (() => runtime().heap.i32[at] ?? 0);
  const prepare = (): void => state.layout.prepare(count(), runtime().heap.f64);
  const recorder = activeRecorder();
  if (!recorder) return prepare();
  recorder.before.push(prepare);
  counts.set(after, () => count() + 1);
}

/** The tensors of a state. Kernels trust their sizes. */
function checkState(
  where: string,
  given: unknown,
  expected: readonly Tensor[],
): { step: Tensor<'i32'>; floats: readonly Tensor[] } {
  const [step, ...rest] = leaves(given, isTensor, where);
  const [wanted, found] = [expected, rest].map((all) => all.map(({ shape }) => shapeText(shape)).join(', '));
  if (step && hasDType(step, 'i32') && step.size === 1 && wanted === found)
    return { step, floats: checkFloats(where, 'the state', rest) };
  refuse(ShapeError, where, `a state made by init, with tensors ${wanted}`, found || show(given));
}

/** Gradients in the order of the parameters: by their paths, since keys may come in any order. */
function gradientsOf(where: string, tree: unknown, paths: readonly string[]): Tensor[] {
  const own: string[] = [];
  const found = checkFloats(where, 'gradients', leaves(tree, isTensor, where, own)).map(copyOf);
  if (found.length !== paths.length) return found; // which is an error of the update
  return paths.map(
    (path, i) =>
      found[own[i] === path ? i : own.indexOf(path)] ?? refuse(TypeError, where, `a gradient for '${path}'`, show(own)),
  );
}

/** Parameters and state after a step from `given`; without `given`, those before the first one. */
export function stepOnTree<T>(
  name: string,
  make: Make,
  tree: T,
  gradients?: T,
  ...given: readonly TreeState[]
): [tree: T, state: TreeState] {
  return scoped(
    () => {
      const names: string[] = [];
      const parameters = checkFloats(name, 'parameters', leaves(tree, isTensor, name, names)).map(copyOf);
      if (!parameters[0]) refuse(TypeError, name, 'a tree of tensors', show(tree));
      const state = make(parameters, names);
      // Slots are in the order of paths, whatever that of the keys.
      const order = [...names.keys()].sort((a, b) => (names[a]! < names[b]! ? -1 : 1));
      const slots = order.map((i) => state.slots[i]!);
      try {
        const cells = Tensor.allocate([2 * state.cells().length]);
        let step = tensor(Int32Array.of(0));
        if (given.length > 0) {
          const old = checkState(name, given[0], [cells, ...slots.flat()]);
          step = copyOf(old.step);
          prepareStep(state, old.step, step);
          old.floats.forEach((from, i) => copyInto(from, slots.flat()[i - 1] ?? cells));
          state.copyCells(cells, false);
          state.update(gradientsOf(name, gradients, names));
          call(kernels.advanceCounter, step.pointer());
        }
        state.copyCells(cells, true);
        const next = { step, cells, slots: slots.map((own) => own.map(copyOf)) };
        return [mapTree(tree, isTensor, (leaf, i) => parameters[i] ?? leaf), next];
      } finally {
        state.dispose();
      }
    },
    ([next, state]) => leaves(given.length > 0 ? [next, state] : state, isTensor),
  );
}
