// An optimiser on a tree of tensors, as a pure function, for training loops of the user's.
import { isPlain, show } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { sameShape, shapeText } from '../core/shapes.js';
import { leaves, mapTree } from '../core/trees.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { activeRecorder } from '../runtime/recorder.js';
import { runtime } from '../runtime/state.js';
import { copyOf } from '../tensors/copying.js';
import { tensor } from '../tensors/creation.js';
import { scoped } from '../tensors/scope.js';
import { isTensor, Tensor } from '../tensors/tensor.js';
import type { TreeState } from './optimizer.js';
import { checkFloats, type RuleState } from './state.js';

/** What is specific to an optimiser. */
export interface Stepping {
  readonly name: string;
  /** Number of slots of each parameter. */
  readonly slots: number;
  /** Cells of the numbers that change from step to step, in units of four bytes. */
  readonly cells: number;
  /** Whether it changes gradients. */
  readonly clips: boolean;
  readonly make: (parameters: readonly Tensor[], names?: readonly string[], slots?: TreeState['slots']) => RuleState;
}

/** How many steps come before, by the tensor that holds their number once the program being recorded has run. */
const counts = new WeakMap<Tensor<'i32'>, () => number>();

/** Checks a state against the parameters: kernels trust its sizes. */
function checkState({ name, slots, cells }: Stepping, parameters: readonly Tensor[], state: unknown): void {
  if (!isPlain(state) || !Array.isArray(state['slots'])) refuse(TypeError, name, 'a state made by init', show(state));
  const found: unknown[] = [state['step'], state['cells'], ...state['slots'].flat()];
  const shapes = [[1], [cells], ...parameters.flatMap(({ shape }) => Array.from({ length: slots }, () => shape))];
  if (found.length !== shapes.length)
    refuse(ShapeError, name, `a state of ${shapes.length} tensors for these parameters`, found.length);
  shapes.forEach((shape, i) => {
    const own = found[i];
    const dtype = i === 0 ? 'i32' : 'f32';
    if (isTensor(own) && own.dtype === dtype && sameShape(own.shape, shape)) return;
    const got = isTensor(own) ? `${own.dtype} of shape ${shapeText(own.shape)}` : show(own);
    refuse(ShapeError, name, `a state made by init for these parameters, with ${dtype} ${shapeText(shape)}`, got);
  });
}

const copies = (slots: TreeState['slots']): Tensor[][] => slots.map((own) => own.map(copyOf));

/** The tensors of a tree, and their paths as names. @throws TypeError when there are none; DTypeError */
function parametersOf(where: string, tree: unknown): { given: readonly Tensor[]; names: string[] } {
  const names: string[] = [];
  const given = checkFloats(where, 'parameters', leaves(tree, isTensor, where, names));
  if (given.length === 0) refuse(TypeError, where, 'a tree of tensors', show(tree));
  return { given, names };
}

/** The state before the first step. */
export function initTree({ name, cells: size, make }: Stepping, tree: unknown): TreeState {
  return scoped(
    () => {
      const { given, names } = parametersOf(name, tree);
      const state = make(given, names);
      try {
        const cells = Tensor.allocate([size]);
        state.copyCells(cells, true);
        return { step: tensor(Int32Array.of(0)), cells, slots: copies(state.slots) };
      } finally {
        state.dispose();
      }
    },
    (state) => leaves(state, isTensor),
  );
}

/**
 * Parameters and state after a step. Learning rate and flush flag depend on the step, which a program cannot compute:
 * while one is recorded, it is told to have them written before every run.
 */
export function updateTree<T>(rule: Stepping, tree: T, gradients: T, before: TreeState): [tree: T, state: TreeState] {
  const { name, clips, make } = rule;
  return scoped(
    () => {
      const { given, names } = parametersOf(name, tree);
      const slopes = checkFloats(name, 'gradients', leaves(gradients, isTensor, name));
      checkState(rule, given, before);
      const parameters = given.map(copyOf);
      const slots = copies(before.slots);
      const state = make(parameters, names, slots);
      try {
        const [step, cells] = [copyOf(before.step), copyOf(before.cells)];
        const at = before.step.address / 4;
        const count = counts.get(before.step) ?? (() => runtime().heap.i32[at] ?? 0);
        const prepare = (): void => state.layout.prepare(count(), runtime().heap.f64);
        const recorder = activeRecorder();
        if (recorder) {
          recorder.before.push(prepare);
          counts.set(step, () => count() + 1);
        } else prepare();
        state.copyCells(cells, false);
        state.update(clips ? slopes.map(copyOf) : slopes);
        state.copyCells(cells, true);
        call(kernels.advanceCounter, step.pointer());
        return [mapTree(tree, isTensor, (leaf, i) => parameters[i] ?? leaf), { step, cells, slots }];
      } finally {
        state.dispose();
      }
    },
    (result) => leaves(result, isTensor),
  );
}
