// What nobody should hand to a function, and everything that can be made of a right call by one wrong value.
import { ones, tensor, zeros, type Tensor } from '../../src/index.js';

/** What junk that throws throws: it may pass through, as errors of users' own functions do. */
export class OwnError extends Error {}

function refuse(): never {
  throw new OwnError('own');
}

/** An object that cannot even be looked at. */
const untouchable = (): object =>
  new Proxy(
    {},
    { get: refuse, has: refuse, ownKeys: refuse, getPrototypeOf: refuse, getOwnPropertyDescriptor: refuse },
  );

function cyclicArray(): unknown[] {
  const list: unknown[] = [];
  list.push(list, list);
  return list;
}

function cyclicObject(): object {
  const object: Record<string, unknown> = {};
  object['self'] = object;
  return object;
}

function detached(): Float32Array {
  const array = new Float32Array(4);
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
}

class Options {
  readonly units = 1;
}

/** A wrong value and how to say it. */
export interface Junk {
  readonly label: string;
  readonly value: unknown;
}

const junk = (label: string, value: unknown): Junk => ({ label, value });

const NUMBERS = [NaN, Infinity, -Infinity, -1, -0, 0, 1, 0.5, 3, 2 ** 31, 2 ** 32, 2 ** 53, 1e300];

function simple(): Junk[] {
  return [
    ...[undefined, null, true, false].map((value) => junk(String(value), value)),
    ...NUMBERS.map((value) => junk(Object.is(value, -0) ? '-0' : String(value), value)),
    junk("''", ''),
    junk('a string', '/missing/junk'),
    junk('a bigint', 1n),
    junk('a symbol', Symbol('junk')),
  ];
}

function functions(): Junk[] {
  return [
    junk('() => undefined', () => undefined),
    junk('() => NaN', () => NaN),
    junk('(x) => x', (x: unknown) => x),
    junk('a function that throws', refuse),
    junk('an async function', async () => Promise.resolve(1)),
    junk('a generator function', function* () {
      yield 1;
    }),
  ];
}

function arrays(): Junk[] {
  return [
    junk('[]', []),
    junk('a hole', new Array(1)),
    junk('100,000 holes', new Array(100_000)),
    junk('an array of itself', cyclicArray()),
    junk('[undefined]', [undefined]),
    junk('[null]', [null]),
    junk('[NaN]', [NaN]),
    junk('[2 ** 53]', [2 ** 53]),
    junk('[-1]', [-1]),
    junk("['a']", ['a']),
    junk('[{}]', [{}]),
    junk('[1, [2]]', [1, [2]]),
    junk('[[1, 2], [3, 4]]', [
      [1, 2],
      [3, 4],
    ]),
    junk('[1, 2, 3, 4, 5, 6, 7]', [1, 2, 3, 4, 5, 6, 7]),
    junk('[() => 1]', [() => 1]),
  ];
}

function objects(): Junk[] {
  return [
    junk('{}', {}),
    junk('{ a: 1 }', { a: 1 }),
    junk('an object of itself', cyclicObject()),
    junk('an object without prototype', Object.create(null)),
    junk('an object that cannot be touched', untouchable()),
    junk('a Map', new Map([['units', 2]])),
    junk('a Set', new Set([1])),
    junk('a Date', new Date(0)),
    junk('a Promise', Promise.resolve(1)),
    junk('an instance of a class', new Options()),
    junk('an Error', new Error('junk')),
    junk('a RegExp', /junk/),
    junk('{ length: 2 }', { length: 2 }),
    junk('{ length: -1 }', { length: -1 }),
  ];
}

function memories(): Junk[] {
  return [
    junk('an ArrayBuffer', new ArrayBuffer(8)),
    junk('a DataView', new DataView(new ArrayBuffer(8))),
    junk('new Float32Array(0)', new Float32Array(0)),
    junk('new Float32Array(3)', new Float32Array(3)),
    junk('Float32Array of NaN', Float32Array.of(NaN, Infinity)),
    junk('Int32Array.of(5, -1)', Int32Array.of(5, -1)),
    junk('a Float64Array', Float64Array.of(1e300)),
    junk('a BigInt64Array', new BigInt64Array(2)),
    junk('a detached array', detached()),
    junk('a detached buffer', detached().buffer),
  ];
}

/** Tensors of wrong kinds; they live as long as the junk. */
function tensors(): { readonly junk: Junk[]; readonly made: readonly Tensor[] } {
  const gone = zeros([2]);
  gone.dispose();
  const made: [string, Tensor][] = [
    ['a scalar tensor', tensor(0.5)],
    ['an empty tensor', zeros([0])],
    ['a tensor [7]', ones([7])],
    ['a tensor [7, 3]', ones([7, 3])],
    ['a tensor of six axes', ones([2, 1, 1, 1, 1, 3])],
    ['an i32 tensor [2]', tensor(Int32Array.of(1, -7))],
    ['a tensor of NaN [2, 3]', tensor([NaN, NaN, NaN, 1, 2, 3], [2, 3])],
  ];
  const live = made.map(([label, value]) => junk(label, value));
  return { junk: [...live, junk('a disposed tensor', gone)], made: made.map(([, value]) => value) };
}

/** All of it, and the tensors among it. */
export function makeJunk(): { readonly all: readonly Junk[]; readonly made: readonly Tensor[] } {
  const { junk: wrong, made } = tensors();
  return { all: [...simple(), ...functions(), ...arrays(), ...objects(), ...memories(), ...wrong], made };
}
