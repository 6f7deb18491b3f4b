// Damaged files of other libraries: a FormatError, or a model or array. Nothing is lost, nothing hangs.
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import { memory } from '../../src/index.js';
import { importKeras, importTfjs, readNpy, readNpz } from '../../src/io/index.js';
import { caseOf, filesOf } from '../io/tfjs/cases.js';
import arrays from '../io/numpy/cases.json' with { type: 'json' };
import { withRuntime } from '../support/live.js';
import { mutated } from './support/mutations.js';
import { member, randomNumbers, type Sizes, type Tally } from './support/member.js';

withRuntime();

const sizes: Sizes = { short: 150, long: 10_000 };

// A Buffer's slice would not be a copy.
const keras = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../io/keras/${name}`, import.meta.url)));
const decoded = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));

/** Reads a file that was damaged so often, and frees what it gives. */
function attack(
  bytes: Uint8Array,
  read: (bytes: Uint8Array) => Promise<{ dispose(): void }>,
): (count: number, tally: Tally) => Promise<void> {
  return async (count, tally) => {
    (await read(bytes)).dispose();
    for (let round = 0; round < count; round++) {
      const damaged = mutated(bytes, randomNumbers(round));
      const before = memory();
      try {
        (await read(damaged)).dispose();
        tally.add('read');
      } catch (error) {
        expect(error, `round ${round}`).toBeInstanceOf(FormatError);
        tally.add('refused');
      }
      expect(memory(), `round ${round}`).toEqual({ ...before, reserved: memory().reserved });
    }
    expect(tally.count('refused')).toBeGreaterThan(0);
  };
}

for (const name of ['network.h5', 'nested.h5', 'network.keras', 'nested.keras', 'attention.keras'])
  member(`a file of Keras', ${name}`, sizes, (count, tally) =>
    attack(keras(name), (bytes) =>
      importKeras(bytes).catch((error: unknown) => {
        // What was damaged may be the name of the attribute with the layers.
        if (error instanceof TypeError && /holds weights only/.test(error.message))
          throw new FormatError(error.message);
        throw error;
      }),
    )(count, tally),
  );

for (const name of ['a small network', 'shared and nested', 'bidirectional sum']) {
  const { json, bytes } = filesOf(caseOf(name));
  const text = new TextEncoder().encode(JSON.stringify(json));
  const files = { 'group1-shard1of1.bin': bytes };
  member(`a model.json, ${name}`, sizes, (count, tally) =>
    attack(text, (damaged) =>
      importTfjs(damaged, { files }).catch((error: unknown) => {
        // The name of the file with the weights may be what was damaged.
        if (error instanceof TypeError && /in option files/.test(error.message)) throw new FormatError(error.message);
        throw error;
      }),
    )(count, tally),
  );
}

const [array] = arrays.cases.filter(({ name }) => name === 'Fortran order, big-endian');
member('an array in .npy', sizes, (count, tally) =>
  attack(decoded(array?.npy ?? ''), (bytes) => Promise.resolve().then(() => readNpy(bytes)))(count, tally),
);

for (const [name, data] of Object.entries(arrays.archives))
  member(`arrays in .npz, ${name}`, sizes, (count, tally) =>
    attack(decoded(data), async (bytes) => {
      const all = await Promise.resolve().then(() => readNpz(bytes));
      return { dispose: () => Object.values(all).forEach((each) => each.dispose()) };
    })(count, tally),
  );
