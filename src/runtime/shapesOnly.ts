import { OutOfMemoryError, refuse } from '../core/errors.js';
import { Recorder, recordWith } from './recorder.js';

/** More than linear memory has. */
const MOST = 2 ** 32;

/** Records nothing, and gives every tensor the same place. */
class ShapeRecorder extends Recorder {
  override append(): void {
    // no kernel is called
  }

  override allocate(bytes: number, where = 'tensor'): number {
    if (bytes > MOST) refuse(OutOfMemoryError, where, `at most ${MOST} bytes`, bytes);
    return 0;
  }

  override release(): boolean {
    return true;
  }

  override owns(): boolean {
    return true;
  }

  override retain(): void {
    // nothing runs later that would need it
  }
}

/** Runs operations for the shapes of their results: no kernel runs, and results have no memory. */
export function shapesOnly<T>(body: () => T): T {
  return recordWith(new ShapeRecorder(), body);
}
