// Restores the bytes of packed modules, as a module of its own with a memory of its own: compiled by the engine's first
// compiler it takes a tenth of the time of a script that runs for the first time. scripts/build/pack.mjs describes the
// format.

import { PACKED, UNPACKED } from "./layout";

/** Contexts of a bit: what it decides, and what came before. Those of a byte's bits come last. */
const SIZE: u32 = 512;
const AGAIN: u32 = 552;
const DISTANCE: u32 = 553;
const LENGTH_AGAIN: u32 = 593;
const LENGTH_NEAR: u32 = 633;
const LENGTH_FAR: u32 = 673;
const BYTE: u32 = 713;
const TABLE: u32 = 65_536;

/** What each context has learned: by how much a 1 is more probable than a half, and how many bits there were. */
const CONTEXT_BYTES: u32 = 8;

const DIGITS: u32 = 90;
const FIRST_DIGIT: u32 = 35;

let place: u32 = 0;
let range: u32 = 0;
let code: u32 = 0;

function learn(context: u32, bit: f32): void {
  const chance = load<f32>(context);
  const count = load<f32>(context, 4);
  store<f32>(context, chance + (bit - chance) / (count + 1.5));
  if (count < 60) store<f32>(context, count + 1, 4);
}

/** The next bit, in one or two contexts. */
function read(first: u32, second: u32): u32 {
  for (; range < DIGITS * DIGITS * DIGITS; range *= DIGITS) {
    const digit: u32 = load<u8>(place++);
    code = code * DIGITS + digit - FIRST_DIGIT - u32(digit > 59) - u32(digit > 91);
  }
  const one = first * CONTEXT_BYTES;
  const two = second * CONTEXT_BYTES;
  const a = load<f32>(one, 4) + 0.3;
  const b = load<f32>(two, 4) + 0.3;
  const chance: f32 = (a * load<f32>(one) + b * load<f32>(two)) / (a + b) + 0.5;
  const bound = u32(f64(range) * f64(min(max(chance, 0.0005), 0.9995)));
  const bit = code < bound;
  if (bit) range = bound;
  else {
    range -= bound;
    code -= bound;
  }
  const target: f32 = bit ? 0.5 : -0.5;
  learn(one, target);
  if (one != two) learn(two, target);
  return u32(bit);
}

function readNumber(first: u32): u32 {
  let value: u32 = 0;
  let unit: u32 = 1;
  for (let context = first; read(context, context); context += 2) {
    value += unit * read(context + 1, context + 1);
    unit <<= 1;
  }
  return value + unit;
}

/** Restores bytes. The first `start` are there already. Returns where they end. */
export function unpack(start: u32): u32 {
  place = <u32>PACKED;
  range = 1;
  let at = <u32>UNPACKED + start;
  const end = at + readNumber(SIZE) - 1;
  let distance: u32 = 0;
  let copied: u32 = 0;
  while (at < end) {
    const last = load<u8>(at - 1);
    const context = copied * 256 + last;
    if (read(context, context)) {
      const again = copied == 0 && read(AGAIN, AGAIN) != 0;
      if (!again) distance = readNumber(DISTANCE);
      let length = 1 + readNumber(again ? LENGTH_AGAIN : distance < 128 ? LENGTH_NEAR : LENGTH_FAR);
      for (; length > 0; length--, at++) store<u8>(at, load<u8>(at - distance));
      copied = 1;
    } else {
      const one = BYTE + <u32>last * 256;
      const two = BYTE + TABLE + <u32>load<u8>(at - 2) * 256;
      let bits: u32 = 1;
      while (bits < 256) bits = bits * 2 + read(one + bits, two + bits);
      store<u8>(at++, bits);
      copied = 0;
    }
  }
  return at;
}
