/**
 * y (i32) = the positions of each row's elements in sorted order: ascending with NaN last, or descending with NaN first;
 * equal elements keep their order. x holds i32 if `integers`, else f32. scratch: 16 bytes per element. The range counts rows.
 *
 * A merge sort of 64-bit words, position below a key whose unsigned order is that of the elements.
 */
export function argsortRows(
  x: usize,
  y: usize,
  scratch: usize,
  rows: i32,
  length: i32,
  descending: i32,
  integers: i32,
  begin: i32,
  end: i32,
): void {
  const bytes = (<usize>length) << 2;
  for (let row = begin; row < end; row++) {
    const words = scratch + <usize>row * (bytes << 2);
    const from = x + <usize>row * bytes;
    for (let i = 0; i < length; i++) {
      const at = from + ((<usize>i) << 2);
      const key = integers ? load<u32>(at) ^ 0x80000000 : orderOf(load<f32>(at));
      store<u64>(words + ((<usize>i) << 3), ((<u64>(descending ? ~key : key)) << 32) | (<u64>i));
    }
    const sorted = mergeSort(words, words + (bytes << 1), length);
    const to = y + <usize>row * bytes;
    for (let i = 0; i < length; i++) store<i32>(to + ((<usize>i) << 2), load<i32>(sorted + ((<usize>i) << 3)));
  }
}

/** An unsigned integer in the order of the floats; both zeros are equal, all NaN the largest. */
function orderOf(x: f32): u32 {
  if (x != x) return u32.MAX_VALUE;
  const bits = reinterpret<i32>(x + 0); // -0 + 0 = 0
  return <u32>(bits < 0 ? ~bits : bits | i32.MIN_VALUE);
}

/** Sorts n words at a with the help of as many at b; returns where they are. */
function mergeSort(a: usize, b: usize, n: i32): usize {
  for (let width = 1; width < n; width <<= 1) {
    for (let first = 0; first < n; first += width << 1) {
      merge(a, b, first, min(first + width, n), min(first + (width << 1), n));
    }
    const swapped = a;
    a = b;
    b = swapped;
  }
  return a;
}

function merge(a: usize, b: usize, first: i32, middle: i32, last: i32): void {
  let left = a + ((<usize>first) << 3);
  const leftEnd = a + ((<usize>middle) << 3);
  let right = leftEnd;
  const rightEnd = a + ((<usize>last) << 3);
  let to = b + ((<usize>first) << 3);
  for (; left < leftEnd && right < rightEnd; to += 8) {
    const l = load<u64>(left);
    const r = load<u64>(right);
    const takeLeft = l < r;
    store<u64>(to, takeLeft ? l : r);
    left += (<usize>takeLeft) << 3;
    right += (<usize>!takeLeft) << 3;
  }
  memory.copy(to, left, leftEnd - left);
  memory.copy(to + (leftEnd - left), right, rightEnd - right);
}
