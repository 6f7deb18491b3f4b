// Rows of f64. Loops do not write past their elements, since other data may follow a row.

// @ts-ignore: decorator
@inline
export function rowAt(rows: usize, stride: usize, i: i32): usize {
  return rows + <usize>i * stride;
}

/** sum a b over n values. */
export function dot(a: usize, b: usize, n: i32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (; n >= 8; n -= 8) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(a), v128.load(b)));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(a, 16), v128.load(b, 16)));
    s2 = f64x2.add(s2, f64x2.mul(v128.load(a, 32), v128.load(b, 32)));
    s3 = f64x2.add(s3, f64x2.mul(v128.load(a, 48), v128.load(b, 48)));
    a += 64;
    b += 64;
  }
  for (; n >= 2; n -= 2) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
  }
  const sum = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
  const total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  return n > 0 ? total + load<f64>(a) * load<f64>(b) : total;
}

/** y += factor x over n values. */
export function addScaled(y: usize, x: usize, n: i32, factor: f64): void {
  const f = f64x2.splat(factor);
  for (; n >= 4; n -= 4) {
    v128.store(y, f64x2.add(v128.load(y), f64x2.mul(f, v128.load(x))));
    v128.store(y, f64x2.add(v128.load(y, 16), f64x2.mul(f, v128.load(x, 16))), 16);
    y += 32;
    x += 32;
  }
  for (; n > 0; n--) {
    store<f64>(y, load<f64>(y) + factor * load<f64>(x));
    y += 8;
    x += 8;
  }
}

/** y += factor x over n values, and squares += y^2. */
export function addScaledSquares(y: usize, x: usize, squares: usize, n: i32, factor: f64): void {
  const f = f64x2.splat(factor);
  for (; n >= 2; n -= 2) {
    const sum = f64x2.add(v128.load(y), f64x2.mul(f, v128.load(x)));
    v128.store(y, sum);
    v128.store(squares, f64x2.add(v128.load(squares), f64x2.mul(sum, sum)));
    y += 16;
    x += 16;
    squares += 16;
  }
  if (n > 0) {
    const sum = load<f64>(y) + factor * load<f64>(x);
    store<f64>(y, sum);
    store<f64>(squares, load<f64>(squares) + sum * sum);
  }
}

/** y *= x, value by value. */
export function multiplyInto(y: usize, x: usize, n: i32): void {
  for (; n >= 2; n -= 2) {
    v128.store(y, f64x2.mul(v128.load(y), v128.load(x)));
    y += 16;
    x += 16;
  }
  if (n > 0) store<f64>(y, load<f64>(y) * load<f64>(x));
}

/** y /= x, value by value. */
export function divideInto(y: usize, x: usize, n: i32): void {
  for (; n > 0; n--) {
    store<f64>(y, load<f64>(y) / load<f64>(x));
    y += 8;
    x += 8;
  }
}

/** y *= factor. */
export function scaleBy(y: usize, n: i32, factor: f64): void {
  for (; n > 0; n--) {
    store<f64>(y, load<f64>(y) * factor);
    y += 8;
  }
}

/** (a, b) = (c a - s b, s a + c b) over n values. */
export function rotate(a: usize, b: usize, n: i32, c: f64, s: f64): void {
  const cosine = f64x2.splat(c);
  const sine = f64x2.splat(s);
  for (; n >= 2; n -= 2) {
    const x = v128.load(a);
    const y = v128.load(b);
    v128.store(a, f64x2.sub(f64x2.mul(cosine, x), f64x2.mul(sine, y)));
    v128.store(b, f64x2.add(f64x2.mul(sine, x), f64x2.mul(cosine, y)));
    a += 16;
    b += 16;
  }
  if (n > 0) {
    const x = load<f64>(a);
    const y = load<f64>(b);
    store<f64>(a, c * x - s * y);
    store<f64>(b, s * x + c * y);
  }
}

/** out[n] = from[n], the values `step` bytes apart in memory. */
export function gather(out: usize, from: usize, step: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<f64>(out + ((<usize>i) << 3), load<f64>(from));
    from += step;
  }
}

/** to[n] = values[n], `step` bytes apart. */
export function scatter(to: usize, values: usize, step: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<f64>(to, load<f64>(values + ((<usize>i) << 3)));
    to += step;
  }
}
