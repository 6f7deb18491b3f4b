// One wrong call: how it ends, and whether it leaves anything.
import { memory, Tensor } from '../../src/index.js';
import { complaintAbout, disposeAll } from './judge.js';
import type { Row } from './row.js';

/** How a call ended: with an error, or with a result that has been freed. `complaint`: what is wrong with that. */
export interface Trial {
  readonly refused: boolean;
  readonly complaint?: string | undefined;
}

function leftSince(before: { readonly used: number; readonly liveTensors: number }): string | undefined {
  const after = memory();
  if (after.liveTensors !== before.liveTensors) return `leaves ${after.liveTensors - before.liveTensors} tensors`;
  return after.used === before.used ? undefined : `leaves ${after.used - before.used} bytes`;
}

/** Calls. `names`: what messages may begin with; `isLasting`: what must not be freed. */
export async function tryCall(
  row: Row,
  names: readonly string[],
  args: readonly unknown[],
  isLasting: (value: unknown) => boolean,
): Promise<Trial> {
  const before = memory();
  try {
    const result: unknown = Reflect.apply(row.call, undefined, args);
    const settled = result instanceof Promise && !isLasting(result) ? ((await result) as unknown) : result;
    if (settled instanceof Tensor && settled.shape.some((size) => Object.is(size, -0)))
      return { refused: false, complaint: 'has an axis of -0' };
    disposeAll(settled, (value) => isLasting(value) || args.includes(value));
  } catch (error) {
    return { refused: true, complaint: complaintAbout(error, names) ?? leftSince(before) };
  }
  return { refused: false, complaint: leftSince(before) };
}
