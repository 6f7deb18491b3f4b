// What the page and the worker of "Your pictures" say to each other.

/** Pixels along each side of a picture, as the network takes them. */
export const SIDE = 224;
/** Passes over the pictures in a training. */
export const EPOCHS = 40;

/** A picture as a canvas gives it: [SIDE, SIDE, 4], bytes. */
export type Pixels = Uint8ClampedArray<ArrayBuffer>;

/** A picture that the worker has, and its class. */
export interface Sample {
  readonly id: number;
  readonly label: number;
}

export type Request =
  | { readonly kind: 'load'; readonly address: string }
  | { readonly kind: 'add'; readonly id: number; readonly pixels: Pixels }
  | { readonly kind: 'remove'; readonly id: number }
  | { readonly kind: 'train'; readonly samples: readonly Sample[]; readonly classes: number }
  /** Ends loading or training. */
  | { readonly kind: 'abort' }
  | { readonly kind: 'predict'; readonly pixels: Pixels }
  | { readonly kind: 'save' }
  /** The model as ONNX, with the answer to a picture. */
  | { readonly kind: 'export'; readonly pixels: Pixels };

export type Reply =
  | { readonly kind: 'loading'; readonly loaded: number; readonly total: number | undefined }
  | { readonly kind: 'loaded'; readonly parameters: number }
  | { readonly kind: 'epoch'; readonly epoch: number; readonly loss: number; readonly accuracy: number }
  | { readonly kind: 'trained' }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'prediction'; readonly probabilities: Float32Array<ArrayBuffer> }
  | { readonly kind: 'saved'; readonly bytes: Uint8Array<ArrayBuffer> }
  | {
      readonly kind: 'exported';
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly probabilities: Float32Array<ArrayBuffer>;
    }
  | { readonly kind: 'failed'; readonly message: string };

/** The numbers that the network takes: [SIDE, SIDE, 3] in [0, 1]. */
export function numbersOf(pixels: Pixels): Float32Array<ArrayBuffer> {
  const numbers = new Float32Array(SIDE * SIDE * 3);
  for (let i = 0; i < SIDE * SIDE; i++)
    for (let channel = 0; channel < 3; channel++) numbers[3 * i + channel] = (pixels[4 * i + channel] ?? 0) / 255;
  return numbers;
}
