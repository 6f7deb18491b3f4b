// Workers started from a text, in Node and in browsers: messages, ends, places without any.
import { afterEach, expect, it, vi } from 'vitest';
import { WorkerError } from '../../src/core/errors.js';
import { openWorker, startWorker } from '../../src/runtime/worker.js';
import { typed } from '../support/typed.js';

const options = { caller: 'search', name: 'test' };
const ECHO =
  'port.onmessage = ({ data }) => { if (data === 0) throw new Error("enough"); port.postMessage(2 * data); };';
const open = () => openWorker<number, number>(ECHO, options);

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it('answers arrive in order, before anybody waits or after', async () => {
  const worker = open();
  const first = worker.next();
  for (const value of [1, 2, 3]) worker.send(value);
  expect([await first, await worker.next(), await worker.next()]).toEqual([2, 4, 6]);
  await worker.close();
});

it('what is transferred is gone here', async () => {
  const worker = openWorker<ArrayBuffer, number>(
    'port.onmessage = ({ data }) => port.postMessage(data.byteLength)',
    options,
  );
  const buffer = new ArrayBuffer(24);
  worker.send(buffer, [buffer]);
  expect(await worker.next()).toBe(24);
  expect(buffer.byteLength).toBe(0);
  await worker.close();
});

it('an error ends it with its message, a call of close with another', async () => {
  const failing = open();
  failing.send(1);
  expect(await failing.next()).toBe(2);
  failing.send(0);
  await expect(failing.next()).rejects.toThrow(
    typed(WorkerError, /^search: expected an answer of its worker, got none: .*enough/),
  );
  await failing.close();
  const closed = open();
  const waiting = expect(closed.next()).rejects.toThrow(
    new WorkerError('search: expected an answer of its worker, got none: it was closed'),
  );
  await closed.close();
  await waiting;
});

it('tells of a loss once, and not of a close', async () => {
  const lost = vi.fn();
  const reported = new Promise<void>((resolve) => lost.mockImplementation(resolve));
  const failing = startWorker<number, number>(ECHO, options, { lost });
  failing.send(0);
  await reported;
  await failing.close();
  expect(lost).toHaveBeenCalledTimes(1);
  const closed = startWorker<number, number>(ECHO, options, { lost });
  await closed.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(lost).toHaveBeenCalledTimes(1);
});

it('a WorkerError says so where none can be started', () => {
  const forbid = (): never => {
    throw new TypeError('This document requires a TrustedScriptURL');
  };
  class Forbidden {
    readonly port = forbid();
  }
  vi.stubGlobal('Worker', Forbidden);
  if (typeof process !== 'undefined') vi.stubGlobal('process', undefined); // Node as a place without workers of its own
  expect(open).toThrow(
    new WorkerError('search: expected a worker to start, got TypeError: This document requires a TrustedScriptURL'),
  );
  vi.stubGlobal('Worker', undefined);
  expect(open).toThrow(typed(WorkerError, /^search: expected a worker to start, got TypeError: .*constructor/));
});

it.runIf(typeof document !== 'undefined')('frees the text of its script when it is closed', async () => {
  const made = vi.spyOn(URL, 'createObjectURL');
  const freed = vi.spyOn(URL, 'revokeObjectURL');
  const worker = open();
  worker.send(1);
  await worker.next();
  expect(freed).not.toHaveBeenCalled();
  await worker.close();
  expect(freed.mock.calls).toEqual([[made.mock.results[0]?.value]]);
});
