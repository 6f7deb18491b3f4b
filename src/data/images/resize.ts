// Bilinear resizing. Making an image smaller averages all pixels of the area (antialiasing), as Pillow and PyTorch's
// `antialias=True` do; otherwise most pixels of a photo would have no influence.

/** For every output position along an axis: its first input position and the weights from there on. */
interface Axis {
  readonly first: Int32Array;
  readonly weights: readonly Float64Array[];
}

/** Weights of a triangle as wide as an output pixel, or as an input pixel when those are wider. */
function axisOf(from: number, to: number, antialias: boolean): Axis {
  const scale = from / to;
  const reach = antialias ? Math.max(scale, 1) : 1;
  const first = new Int32Array(to);
  const weights = Array.from({ length: to }, (_, i) => {
    const center = (i + 0.5) * scale;
    const begin = Math.max(0, Math.floor(center - reach + 0.5));
    const end = Math.min(from, Math.floor(center + reach + 0.5));
    const row = Float64Array.from({ length: Math.max(1, end - begin) }, (_w, k) =>
      Math.max(0, 1 - Math.abs(begin + k + 0.5 - center) / reach),
    );
    const total = row.reduce((sum, weight) => sum + weight, 0);
    first[i] = Math.min(begin, from - 1);
    return row.map((weight) => weight / (total || 1));
  });
  return { first, weights };
}

export interface Size {
  readonly height: number;
  readonly width: number;
}

/** Resizes an image [height, width, channels]. */
export function resize(
  pixels: ArrayLike<number>,
  from: Size,
  to: Size,
  channels: number,
  antialias: boolean,
): Float64Array {
  const [across, down] = [axisOf(from.width, to.width, antialias), axisOf(from.height, to.height, antialias)];
  const narrow = new Float64Array(from.height * to.width * channels);
  let at = 0;
  for (let y = 0; y < from.height; y++)
    for (let x = 0; x < to.width; x++)
      for (let c = 0; c < channels; c++) {
        const begin = (y * from.width + (across.first[x] ?? 0)) * channels + c;
        let sum = 0;
        (across.weights[x] ?? []).forEach((weight, k) => (sum += weight * (pixels[begin + k * channels] ?? 0)));
        narrow[at++] = sum;
      }
  const out = new Float64Array(to.height * to.width * channels);
  const width = to.width * channels;
  for (let y = 0; y < to.height; y++)
    (down.weights[y] ?? new Float64Array()).forEach((weight, k) => {
      const begin = ((down.first[y] ?? 0) + k) * width;
      for (let i = 0; i < width; i++) out[y * width + i]! += weight * (narrow[begin + i] ?? 0);
    });
  return out;
}
