// The bytes of the inlined modules.
import { core } from '../../src/runtime/generated/groups.js';
import type { KernelGroup } from '../../src/runtime/kernelGroup.js';
import { unpack } from '../../src/runtime/unpack.js';

const coreBytes = unpack(core.strict, new Uint8Array());

export const strictBytes = (group: KernelGroup): Uint8Array<ArrayBuffer> =>
  group === core ? coreBytes : unpack(group.strict, coreBytes);
