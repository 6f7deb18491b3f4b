// How files are written in Node: as a whole, under the same name and permissions, whoever writes beside.
import { spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'; // prettier-ignore
import * as files from 'node:fs/promises';
import * as host from 'node:os';
import * as paths from 'node:path';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkpoint, writeModel } from '../../src/io/index.js';
import { draftName } from '../../src/io/drafts.js';
import { replaceFile, tryFile } from '../../src/io/nodeFiles.js';
import { withRuntime } from '../support/live.js';
import { smallModel } from './support.js';
import { typed } from '../support/typed.js';

withRuntime();

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(host.tmpdir(), 'wasmgrad-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const contents = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (path: string): string => readFileSync(path, 'utf8');
const write = (path: string, text: string): Promise<void> => replaceFile('test', path, contents(text));

/** A draft of a file as a process of this number would have left it. */
function leftDraft(path: string, pid: number, over: Partial<typeof host> = {}): string {
  const name = draftName({ files, paths, host: { ...host, ...over }, process: { ...process, pid } }, path);
  writeFileSync(name, 'half');
  return name;
}

/** The number of a process that has ended. */
function endedProcess(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

describe('permissions', () => {
  test('of any kind stay, also against the mask; a new file has the usual ones', async () => {
    const path = join(folder, 'file');
    await write(path, 'new');
    writeFileSync(join(folder, 'other'), '');
    expect(statSync(path).mode).toBe(statSync(join(folder, 'other')).mode);
    for (const mode of [0o600, 0o640, 0o644, 0o666, 0o755, 0o777, 0o200, 0o660]) {
      chmodSync(path, mode);
      await write(path, `${mode}`);
      expect((statSync(path).mode & 0o777).toString(8)).toBe(mode.toString(8));
      chmodSync(path, 0o600);
      expect(read(path)).toBe(`${mode}`);
    }
  });

  test('a private file is private while it is written', async () => {
    const path = join(folder, 'private');
    writeFileSync(path, 'old', { mode: 0o600 });
    const large = new Uint8Array(30_000_000);
    const writing = replaceFile('test', path, large);
    const modes = new Set<number>();
    for (let done = false; !done;) {
      for (const name of readdirSync(folder)) {
        const found = statSync(join(folder, name), { throwIfNoEntry: false }); // none after the temporary file was renamed
        if (found) modes.add(found.mode & 0o777);
      }
      done = await Promise.race([writing.then(() => true), new Promise<boolean>((go) => setImmediate(go, false))]);
    }
    expect([...modes]).toEqual([0o600]);
  });
});

describe('symbolic links', () => {
  test('stay, and what they mean is replaced, through any chain, also when it is not there yet', async () => {
    mkdirSync(join(folder, 'a'));
    mkdirSync(join(folder, 'b', 'deep'), { recursive: true });
    symlinkSync(join(folder, 'b', 'deep'), join(folder, 'a', 'dir'));
    const links: [string, string, string][] = [
      ['absolute', join(folder, 'a', 'one'), 'a/one'],
      ['relative', 'a/two', 'a/two'],
      ['chain', 'relative', 'a/two'],
      ['through', 'a/dir/three', 'b/deep/three'],
      ['up', 'a/dir/../four', 'b/four'],
    ];
    for (const [name, to, meant] of links) {
      symlinkSync(to, join(folder, name));
      for (const text of ['first', 'second']) {
        await write(join(folder, name), `${name} ${text}`);
        expect(lstatSync(join(folder, name)).isSymbolicLink()).toBe(true);
        expect(readlinkSync(join(folder, name))).toBe(to);
        expect(lstatSync(join(folder, meant)).isFile()).toBe(true);
        expect(read(join(folder, meant))).toBe(`${name} ${text}`);
      }
    }
  });

  test('in a circle are refused', async () => {
    symlinkSync('b', join(folder, 'a'));
    symlinkSync('a', join(folder, 'b'));
    await expect(write(join(folder, 'a'), 'x')).rejects.toThrow(/ELOOP/);
    expect(readdirSync(folder)).toEqual(['a', 'b']);
  });
});

describe('names', () => {
  test('of any length that the system takes, and any characters', async () => {
    const name = fc.oneof(
      fc.integer({ min: 1, max: 255 }).map((length) => 'x'.repeat(length)),
      fc.integer({ min: 1, max: 127 }).map((length) => 'ö'.repeat(length)),
      fc.integer({ min: 1, max: 63 }).map((length) => '😀'.repeat(length)),
      fc.string({ minLength: 1, maxLength: 60, unit: 'binary' }).filter((text) => !/[/\0\ud800-\udfff]/u.test(text) && !/^\.{1,2}$/.test(text)), // prettier-ignore
    );
    await fc.assert(
      fc.asyncProperty(name, async (text) => {
        await write(join(folder, text), text);
        expect(readdirSync(folder)).toEqual([text]);
        expect(read(join(folder, text))).toBe(text);
        rmSync(join(folder, text));
      }),
      { numRuns: 150, examples: [['x'.repeat(255)], ['ö'.repeat(127)]] },
    );
  });

  test('relative paths', async () => {
    const path = paths.relative(process.cwd(), join(folder, 'relative'));
    await write(path, 'here');
    expect(read(join(folder, 'relative'))).toBe('here');
  });
});

describe('several writers', () => {
  test('at the same moment, even with the same clock: all succeed, one of them is there, whole', async () => {
    const path = join(folder, 'file');
    const texts = Array.from({ length: 40 }, (_, i) => `${i}`.repeat(20_000));
    await Promise.all(texts.map((text) => write(path, text)));
    expect(texts).toContain(read(path));
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('one that fails removes its own draft only', async () => {
    const path = join(folder, 'file');
    mkdirSync(path);
    const other = leftDraft(path, process.ppid);
    await expect(write(path, 'x')).rejects.toThrow(/EISDIR/);
    await expect(tryFile('test', path)).rejects.toThrow(/EISDIR/);
    expect(readdirSync(folder).sort()).toEqual(['file', paths.basename(other)].sort());
  });

  test('a folder that becomes one meanwhile', async () => {
    const path = join(folder, 'file');
    const writing = replaceFile('test', path, new Uint8Array(20_000_000));
    await new Promise<void>((go) => {
      const look = (): void => (readdirSync(folder).length > 0 ? go() : void setImmediate(look));
      look();
    });
    mkdirSync(path);
    await expect(writing).rejects.toThrow(/EISDIR|EEXIST|ENOTEMPTY|EPERM/);
    expect(readdirSync(folder)).toEqual(['file']);
  });
});

describe('drafts left behind', () => {
  const hour = 3_600_000;
  const touched = (path: string, age: number): string => {
    utimesSync(path, new Date(Date.now() - age), new Date(Date.now() - age));
    return path;
  };

  test('by a process that has ended go with the next write to that path, also to a very long one', async () => {
    for (const name of ['file', 'n'.repeat(255)]) {
      const path = join(folder, name);
      leftDraft(path, endedProcess());
      leftDraft(path, endedProcess());
      await write(path, 'x');
      expect(readdirSync(folder)).toEqual([name]);
      rmSync(path);
    }
  });

  test('of an earlier process with the number of this one go', async () => {
    const path = join(folder, 'file');
    touched(leftDraft(path, process.pid), 1000 * process.uptime() + 60_000);
    await write(path, 'x');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('of writers at work, of other machines and of other files stay; old ones go', async () => {
    const path = join(folder, 'file');
    const elsewhere = { hostname: () => 'elsewhere' };
    const stay = [
      leftDraft(path, process.pid),
      leftDraft(path, process.ppid),
      leftDraft(path, endedProcess(), elsewhere),
      touched(leftDraft(path, endedProcess(), elsewhere), hour - 60_000),
      leftDraft(join(folder, 'file2'), endedProcess()),
      leftDraft(join(folder, 'fil'), endedProcess()),
      join(folder, 'file.tmp'),
      join(folder, 'file.12-3.tmp'),
    ];
    for (const name of stay.slice(-2)) writeFileSync(name, 'of the user');
    const go = [
      leftDraft(path, endedProcess()),
      touched(leftDraft(path, process.ppid), hour + 1000),
      touched(leftDraft(path, 1, elsewhere), hour + 1000),
    ];
    await write(path, 'x');
    const left = readdirSync(folder);
    expect(left.sort()).toEqual(['file', ...stay.map((name) => paths.basename(name))].sort());
    expect(go.filter((name) => left.includes(paths.basename(name)))).toEqual([]);
  });
});

describe('places that cannot be written to', () => {
  test('are refused, typed, before training, with what the host says as the cause', async () => {
    using model = smallModel();
    writeFileSync(join(folder, 'file'), '');
    for (const path of [join(folder, 'missing', 'dir', 'x'), folder, join(folder, 'file', 'x'), '/dev/null', 'x\0y']) {
      await expect(writeModel(model, path), path).rejects.toThrow(typed(RangeError, /^writeModel: expected /));
      const callback = checkpoint(path);
      const control = { model, stop: () => undefined, snapshot: () => expect.fail('no work'), learningRate: 0 };
      await expect(Promise.resolve(callback.onTrainBegin?.(control)), path).rejects.toThrow(
        typed(RangeError, /^checkpoint: expected /),
      );
    }
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('devices stay devices', async () => {
    await expect(write('/dev/null', 'x')).rejects.toThrow(/expected a file at '\/dev\/null', got a device/);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});

test('trying a path leaves nothing there, and what was there', async () => {
  const path = join(folder, 'file');
  await tryFile('test', path);
  expect(readdirSync(folder)).toEqual([]);
  await write(path, 'kept');
  await tryFile('test', path);
  expect(readdirSync(folder)).toEqual(['file']);
  expect(read(path)).toBe('kept');
});
