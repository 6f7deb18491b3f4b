// What an ONNX file holds, as plain data.

/** Element types. The types of text, complex numbers and of less than 8 bits are refused. */
export const DTYPES = {
  1: 'f32',
  2: 'u8',
  3: 'i8',
  4: 'u16',
  5: 'i16',
  6: 'i32',
  7: 'i64',
  9: 'bool',
  10: 'f16',
  11: 'f64',
  12: 'u32',
  13: 'u64',
  16: 'bf16',
} as const;

export type FileDType = (typeof DTYPES)[keyof typeof DTYPES];

/** The element type of a code, if it is supported. */
export function dtypeOf(code: number): FileDType | undefined {
  const known: Readonly<Record<number, FileDType>> = DTYPES;
  return Object.hasOwn(known, code) ? known[code] : undefined;
}

export const isFloat = (dtype: FileDType): boolean => /^b?f/.test(dtype);

/** Numbers of a tensor, row-major. Integers of 64 bits are the nearest doubles. */
export type Numbers = ArrayLike<number>;

/** A tensor whose values are known. */
export interface FileTensor {
  readonly dtype: FileDType;
  readonly dims: readonly number[];
  readonly numbers: Numbers;
}

export type FileAttribute = number | string | readonly number[] | readonly string[] | FileTensor;

export interface FileNode {
  readonly op: string;
  readonly name: string;
  /** '' for the standard operators. */
  readonly domain: string;
  /** Names of values; '' for one that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, FileAttribute>>;
}

/** An input or output. A size is a number, or a name, or '' when nothing is known of it. */
export interface FilePort {
  readonly name: string;
  readonly dtype: FileDType;
  readonly dims: readonly (number | string)[] | undefined;
}

export interface OnnxFile {
  /** Version of the standard operators. */
  readonly opset: number;
  readonly nodes: readonly FileNode[];
  readonly initializers: ReadonlyMap<string, FileTensor>;
  /** Inputs that are no initializers. */
  readonly inputs: readonly FilePort[];
  readonly outputs: readonly FilePort[];
}
