// The arithmetic peak of one core, with registers only; rates of kernels are divided by it. 12 independent accumulators
// cover the latency (4 to 5 cycles, two units) and leave 3 registers free. Each call runs 12 vector instructions
// (multiply-add: 6 of each) per iteration; the returned sum keeps them alive.

const SEED: usize = memory.data<f32>([1, 1.0000001, 0.9999999, 1], 16);
const STEP: usize = memory.data<f32>([1, 1, 1, 1], 16);

/** 12 multiplications of 4 lanes per iteration: 48 operations. */
export function peakMultiply(iterations: i32): f32 {
  const x = v128.load(STEP);
  let a = v128.load(SEED),
    b = a,
    c = a,
    d = a,
    e = a,
    f = a,
    g = a,
    h = a,
    i = a,
    j = a,
    k = a,
    l = a;
  for (; iterations > 0; iterations--) {
    a = f32x4.mul(a, x);
    b = f32x4.mul(b, x);
    c = f32x4.mul(c, x);
    d = f32x4.mul(d, x);
    e = f32x4.mul(e, x);
    f = f32x4.mul(f, x);
    g = f32x4.mul(g, x);
    h = f32x4.mul(h, x);
    i = f32x4.mul(i, x);
    j = f32x4.mul(j, x);
    k = f32x4.mul(k, x);
    l = f32x4.mul(l, x);
  }
  return total(a, b, c, d, e, f) + total(g, h, i, j, k, l);
}

/** 12 additions of 4 lanes per iteration: 48 operations. */
export function peakAdd(iterations: i32): f32 {
  const x = v128.load(STEP);
  let a = v128.load(SEED),
    b = a,
    c = a,
    d = a,
    e = a,
    f = a,
    g = a,
    h = a,
    i = a,
    j = a,
    k = a,
    l = a;
  for (; iterations > 0; iterations--) {
    a = f32x4.add(a, x);
    b = f32x4.add(b, x);
    c = f32x4.add(c, x);
    d = f32x4.add(d, x);
    e = f32x4.add(e, x);
    f = f32x4.add(f, x);
    g = f32x4.add(g, x);
    h = f32x4.add(h, x);
    i = f32x4.add(i, x);
    j = f32x4.add(j, x);
    k = f32x4.add(k, x);
    l = f32x4.add(l, x);
  }
  return total(a, b, c, d, e, f) + total(g, h, i, j, k, l);
}

/** 6 multiplications and 6 additions of 4 lanes side by side per iteration: 48 operations. */
export function peakMultiplyAdd(iterations: i32): f32 {
  const x = v128.load(STEP);
  let a = v128.load(SEED),
    b = a,
    c = a,
    d = a,
    e = a,
    f = a,
    g = a,
    h = a,
    i = a,
    j = a,
    k = a,
    l = a;
  for (; iterations > 0; iterations--) {
    a = f32x4.mul(a, x);
    b = f32x4.add(b, x);
    c = f32x4.mul(c, x);
    d = f32x4.add(d, x);
    e = f32x4.mul(e, x);
    f = f32x4.add(f, x);
    g = f32x4.mul(g, x);
    h = f32x4.add(h, x);
    i = f32x4.mul(i, x);
    j = f32x4.add(j, x);
    k = f32x4.mul(k, x);
    l = f32x4.add(l, x);
  }
  return total(a, b, c, d, e, f) + total(g, h, i, j, k, l);
}

function total(a: v128, b: v128, c: v128, d: v128, e: v128, f: v128): f32 {
  const sum = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(e, f));
  return (
    f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3)
  );
}
