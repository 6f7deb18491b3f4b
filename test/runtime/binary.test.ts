import { describe, expect, it } from 'vitest';
import { withMemoryKind } from '../../src/runtime/binary.js';
import * as groups from '../../src/runtime/generated/groups.js';
import { STATIC_BASE, STATIC_END, STATIC_STEP } from '../../src/runtime/generated/layout.js';
import { dispatchTable } from '../../src/runtime/link.js';
import { strictBytes } from '../support/modules.js';
import { typed } from '../support/typed.js';

const PAGES = { initial: 2, maximum: 65536 };

async function instance(bytes: Uint8Array<ArrayBuffer>, memory: WebAssembly.Memory): Promise<WebAssembly.Exports> {
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory, table: dispatchTable() } });
  return instance.exports;
}

describe('an inlined module', () => {
  it.each(Object.entries(groups))('of %s takes the kind of memory it is asked for and no other', async (_, group) => {
    const bytes = strictBytes(group);
    const kinds = [new WebAssembly.Memory(PAGES), new WebAssembly.Memory({ ...PAGES, shared: true })] as const;
    for (const shared of [false, true]) {
      const module = withMemoryKind(bytes, shared);
      expect(module.filter((byte, i) => byte !== bytes[i]).length).toBe(shared ? 1 : 0);
      expect(withMemoryKind(module, shared)).toEqual(module);
      expect(await instance(module, kinds[shared ? 1 : 0])).toHaveProperty('setWorkspace');
      await expect(instance(module, kinds[shared ? 0 : 1])).rejects.toThrow(typed(WebAssembly.LinkError, /shared/));
    }
  });

  it.each(Object.entries(groups))('of %s keeps its constants in its own part of the memory', async (_, group) => {
    const memory = new WebAssembly.Memory(PAGES);
    await instance(strictBytes(group), memory);
    const written = [...new Uint8Array(memory.buffer).entries()].filter(([, byte]) => byte !== 0).map(([at]) => at);
    const base = STATIC_BASE + group.number * STATIC_STEP;
    expect(written[0] ?? base).toBeGreaterThanOrEqual(base);
    expect(written.at(-1) ?? 0).toBeLessThan(base + STATIC_STEP);
    expect(base + STATIC_STEP).toBeLessThanOrEqual(STATIC_END);
  });

  it('leaves bytes of another make as they are', () => {
    const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    const importsFunction = Uint8Array.of(...empty, 2, 7, 1, 1, 0x6d, 1, 0x66, 0, 0);
    for (const bytes of [new Uint8Array(0), empty, importsFunction]) expect(withMemoryKind(bytes, true)).toBe(bytes);
  });
});
