import { inNameOf, OutOfMemoryError } from '../core/errors.js';
import { sizeOf, type Shape } from '../core/shapes.js';
import { activeRecorder, record } from '../runtime/recorder.js';
import { runtime } from '../runtime/state.js';
import { zeros } from '../tensors/creation.js';
import { detach, scoped } from '../tensors/scope.js';
import { Tensor } from '../tensors/tensor.js';
import { identity } from './linear.js';
import { currentFrame } from './op.js';

/** With fewer directions than this, a recording costs more than it saves. */
const FEW = 4;

/** Records a function of one tensor; nothing when it cannot be recorded: the caller calls it, and meets its errors. */
function recorded(where: string, map: (direction: Tensor) => Tensor, direction: Tensor) {
  try {
    return record(() => scoped(() => detach(identity(map(direction)))));
  } catch (error) {
    if (error instanceof OutOfMemoryError) throw inNameOf(where, error);
    return undefined; // it reads values, or throws
  }
}

/**
 * The results of a linear map for all unit directions of a shape, stacked along a new first axis. The map is recorded once
 * and replayed for each direction, so that neither its JavaScript runs again nor tensors are made. Returns nothing when
 * that is impossible, or does not pay; then the caller has to apply the map itself.
 */
export function replayedRows(where: string, map: (direction: Tensor) => Tensor, shape: Shape): Tensor | undefined {
  const rows = sizeOf(shape);
  if (rows < FEW || currentFrame() || activeRecorder()) return undefined;
  const direction = zeros(shape);
  const made = recorded(where, map, direction);
  if (!made) return undefined;
  const { program, result, before } = made;
  try {
    const { size } = result;
    const matrix = Tensor.allocate([rows, ...result.shape], 'f32', where);
    for (let row = 0; row < rows; row++) {
      runtime().heap.f32[direction.address / 4 + row] = 1;
      for (const prepare of before) prepare();
      program.run();
      const { f32 } = runtime().heap;
      const from = result.address / 4;
      f32.copyWithin(matrix.address / 4 + row * size, from, from + size);
      f32[direction.address / 4 + row] = 0;
    }
    return matrix;
  } finally {
    result.dispose();
    program.dispose();
  }
}
