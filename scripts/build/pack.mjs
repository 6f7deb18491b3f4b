// Packs modules that are inlined, into text. What gzip makes of wasm is a quarter larger, and a page contains several
// modules, of which all but the first copy from the first. assembly/unpack.ts restores the bytes.
//
// The bytes are described by decisions: copy or write a byte; copy from the distance of the last copy or from another;
// the bits of numbers and bytes. Each decision is a bit, and has a context, whose statistics say how probable the bit is;
// the bits of a byte have two, the byte before it and the one before that. Arithmetic coding makes digits from 0 to 89 of
// the bits and their probabilities. A digit is a character from '#' on, without '<' (no `</script>`) and the backslash.
//
// Probabilities are f32, so that both sides have the same.
const [SIZE, AGAIN, DISTANCE, LENGTH_AGAIN, LENGTH_NEAR, LENGTH_FAR, BYTE] = [512, 552, 553, 593, 633, 673, 713];
const TABLE = 65_536;
const NEAR = 128;
const DIGITS = 90;
const SHORTEST = 2;
const PASSES = 5;
const MOST_CANDIDATES = 300;
const f32 = Math.fround;
const SHARE = f32(0.3);

/** The statistics of the contexts. */
class Statistics {
  /** By how much a 1 is more probable than a half. */
  chances = new Float32Array(BYTE + 2 * TABLE);
  counts = new Uint8Array(BYTE + 2 * TABLE);

  expected(context, other = context) {
    const [a, b] = [f32(this.counts[context] + SHARE), f32(this.counts[other] + SHARE)];
    const sum = f32(f32(a * this.chances[context]) + f32(b * this.chances[other]));
    return Math.min(Math.max(f32(0.5 + f32(sum / f32(a + b))), f32(0.0005)), f32(0.9995));
  }

  learn(context, bit) {
    const chance = this.chances[context];
    this.chances[context] = chance + f32(f32(bit - 0.5 - chance) / (this.counts[context] + 1.5));
    if (this.counts[context] < 60) this.counts[context]++;
  }

  /** How many bits it takes to say a bit. */
  cost(bit, context, other) {
    const chance = this.expected(context, other);
    return -Math.log2(bit ? chance : 1 - chance);
  }
}

/** Calls `bit` with the bits of a number from 1 on. */
function sayNumber(value, first, bit) {
  let context = first;
  for (let rest = value; rest > 1; rest >>= 1, context += 2) {
    bit(1, context);
    bit(rest & 1, context + 1);
  }
  bit(0, context);
}

/** Calls `bit` with the bits of the byte at a place. */
function sayByte(bytes, at, bit) {
  const [one, two] = [BYTE + (bytes[at - 1] ?? 0) * 256, BYTE + TABLE + (bytes[at - 2] ?? 0) * 256];
  for (let bits = 1, k = 7; k >= 0; k--) {
    const value = (bytes[at] >> k) & 1;
    bit(value, one + bits, two + bits);
    bits = bits * 2 + value;
  }
}

const copyContext = (bytes, at, copied) => copied * 256 + (bytes[at - 1] ?? 0);

/** Calls `bit` with all bits of a description: a list of copies and bytes in order. */
function sayAll(bytes, start, steps, bit) {
  sayNumber(bytes.length - start + 1, SIZE, bit);
  let [at, distance, copied] = [start, 0, 0];
  for (const step of steps) {
    bit(step.length > 0 ? 1 : 0, copyContext(bytes, at, copied));
    if (step.length > 0) {
      const again = !copied && step.distance === distance;
      if (!copied) bit(again ? 1 : 0, AGAIN);
      if (!again) sayNumber(step.distance, DISTANCE, bit);
      const context = again ? LENGTH_AGAIN : step.distance < NEAR ? LENGTH_NEAR : LENGTH_FAR;
      sayNumber(step.length - 1, context, bit);
      distance = step.distance;
    } else sayByte(bytes, at, bit);
    copied = step.length > 0 ? 1 : 0;
    at += step.length || 1;
  }
}

/** Arithmetic coding: takes bits with their probabilities, and returns digits. */
class Digits {
  #digits = [];
  #low = 0;
  #range = DIGITS ** 3;

  #carry() {
    if (this.#low < DIGITS ** 4) return;
    this.#low -= DIGITS ** 4;
    let at = this.#digits.length - 1;
    for (; this.#digits[at] === DIGITS - 1; at--) this.#digits[at] = 0;
    this.#digits[at]++;
  }

  #shift() {
    for (; this.#range < DIGITS ** 3; this.#range *= DIGITS) {
      this.#digits.push(Math.floor(this.#low / DIGITS ** 3));
      this.#low = (this.#low % DIGITS ** 3) * DIGITS;
    }
  }

  add(bit, chance) {
    this.#shift();
    const bound = Math.floor(this.#range * chance);
    if (!bit) this.#low += bound;
    this.#range = bit ? bound : this.#range - bound;
    this.#carry();
  }

  end() {
    this.#shift();
    for (let places = 4; places > 0; places--) {
      this.#digits.push(Math.floor(this.#low / DIGITS ** 3));
      this.#low = (this.#low % DIGITS ** 3) * DIGITS;
    }
    return this.#digits.slice(1); // the first is always 0
  }
}

/** For every place the copies that could begin there: for each length the least distance. */
function candidates(bytes, start) {
  const heads = new Map();
  const earlier = new Int32Array(bytes.length);
  const found = [];
  for (let at = 0; at + 1 < bytes.length; at++) {
    const key = bytes[at] * 256 + bytes[at + 1];
    earlier[at] = heads.get(key) ?? -1;
    heads.set(key, at);
    if (at >= start) found[at] = candidatesAt(bytes, at, earlier);
  }
  return found;
}

function candidatesAt(bytes, at, earlier) {
  const list = [];
  let longest = SHORTEST - 1;
  for (let from = earlier[at], n = 0; from >= 0 && n < MOST_CANDIDATES; from = earlier[from], n++) {
    if (at + longest >= bytes.length) break;
    const length = commonLength(bytes, from, at);
    if (length > longest) list.push([at - from, (longest = length)]);
  }
  return list;
}

function commonLength(bytes, from, at) {
  let length = 0;
  while (at + length < bytes.length && bytes[from + length] === bytes[at + length]) length++;
  return length;
}

/** What numbers cost, as a table. */
function numberCosts(statistics, first, most) {
  const costs = new Float64Array(most + 1);
  for (let value = 1; value <= most; value++)
    sayNumber(value, first, (...bit) => {
      costs[value] += statistics.cost(...bit);
    });
  return costs;
}

/** What every byte costs if it is written. */
function byteCosts(statistics, bytes, start) {
  const costs = new Float64Array(bytes.length);
  for (let at = start; at < bytes.length; at++)
    sayByte(bytes, at, (...bit) => {
      costs[at] += statistics.cost(...bit);
    });
  return costs;
}

/** The cheapest description under fixed statistics: for every place, the cheapest way to it found so far is extended. */
function describe(bytes, start, copies, statistics) {
  const tables = [DISTANCE, LENGTH_AGAIN, LENGTH_NEAR, LENGTH_FAR].map((first) =>
    numberCosts(statistics, first, bytes.length),
  );
  const [distances, again, near, far] = tables;
  const written = byteCosts(statistics, bytes, start);
  const costs = new Float64Array(bytes.length + 1).fill(Infinity);
  const ways = [];
  costs[start] = 0;
  ways[start] = { length: 0, distance: 0, last: 0 };
  const offer = (from, length, distance, cost, last = distance) => {
    if (cost >= costs[from + (length || 1)]) return;
    costs[from + (length || 1)] = cost;
    ways[from + (length || 1)] = { from, length, distance, last };
  };
  const offerAll = (at, longest, distance, cost, lengths) => {
    for (let length = SHORTEST; length <= longest; length++) offer(at, length, distance, cost + lengths[length - 1]);
  };
  for (let at = start; at < bytes.length; at++) {
    const { length, last } = ways[at];
    const context = copyContext(bytes, at, length > 0 ? 1 : 0);
    offer(at, 0, 0, costs[at] + statistics.cost(0, context) + written[at], last);
    const copying = costs[at] + statistics.cost(1, context);
    const repeats = length === 0 && last > 0;
    if (repeats) offerAll(at, commonLength(bytes, at - last, at), last, copying + statistics.cost(1, AGAIN), again);
    const other = copying + (length === 0 ? statistics.cost(0, AGAIN) : 0);
    for (const [distance, longest] of copies[at] ?? [])
      if (!repeats || distance !== last)
        offerAll(at, longest, distance, other + distances[distance], distance < NEAR ? near : far);
  }
  const steps = [];
  for (let at = bytes.length; at > start; at = ways[at].from) steps.push(ways[at]);
  return steps.reverse();
}

function encode(bytes, start, steps) {
  const [statistics, digits] = [new Statistics(), new Digits()];
  sayAll(bytes, start, steps, (bit, context, other = context) => {
    digits.add(bit, statistics.expected(context, other));
    statistics.learn(context, bit);
    if (other !== context) statistics.learn(other, bit);
  });
  return { statistics, digits: digits.end() };
}

function character(digit) {
  const code = 35 + digit;
  const past = code + (code > 59 ? 1 : 0);
  return String.fromCharCode(past + (past > 91 ? 1 : 0));
}

/**
 * Packs bytes as text.
 *
 * @param {Uint8Array} content
 * @param {Uint8Array} before bytes that are known when these are unpacked, from which they may copy
 */
export function pack(content, before = new Uint8Array()) {
  const [bytes, start] = [Buffer.concat([before, content]), before.length];
  const copies = candidates(bytes, start);
  let statistics = new Statistics();
  let best;
  // The statistics of one description find the next one
  for (let pass = 0; pass < PASSES; pass++) {
    const encoded = encode(bytes, start, describe(bytes, start, copies, statistics));
    statistics = encoded.statistics;
    if (!best || encoded.digits.length < best.length) best = encoded.digits;
  }
  return best.map(character).join('');
}
