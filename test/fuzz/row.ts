/** Any function: what is handed to it is what the test is about. */
export type Callable = (...args: never[]) => unknown;

/** The rooms of the house (src/*), from which errors come. */
export type Room =
  | 'tensors'
  | 'data'
  | 'selection'
  | 'io'
  | 'onnx'
  | 'plot'
  | 'losses'
  | 'linalg'
  | 'predict'
  | 'layers'
  | 'runtime'
  | 'ops'
  | 'autodiff'
  | 'models'
  | 'optimizers';

/** A function with the right calls from which the wrong ones are made. */
export interface Row {
  readonly room: Room;
  readonly call: Callable;
  /** Argument lists, made anew for every call. */
  readonly args: () => readonly (readonly unknown[])[];
  /** Names that messages may begin with. Default: the last word of the row's name. */
  readonly names?: readonly string[];
  /** Wrong values that are right here but cost too much, by key and description. */
  readonly skip?: (key: string, label: string) => boolean;
  /** Only every so-manieth wrong call is tried, for functions that take long. Default 1. */
  readonly every?: number;
}

/** An export that is not called, and why. */
export interface Exempt {
  readonly exempt: string;
}

/** Rows by `entry/name` for exports, `Class.method` for methods, and what returned a function for the rest. */
export type Rows = Readonly<Record<string, Row | Exempt>>;

/** A method of a fresh or lasting receiver as a function of its arguments. */
export function method(receiver: () => object, name: string): Callable {
  return (...args: readonly unknown[]) => {
    const owner = receiver();
    const f: unknown = Reflect.get(owner, name);
    if (typeof f !== 'function') throw new Error(`no method ${name}`);
    return Reflect.apply(f, owner, args) as unknown;
  };
}

/** A method that takes nothing and frees its receiver. */
export function disposing(make: () => object): Callable {
  return (...args: readonly unknown[]) => {
    const owner = make();
    const f: unknown = Reflect.get(owner, 'dispose');
    if (typeof f === 'function') Reflect.apply(f, owner, args);
  };
}
