/** Passes an argument that the types forbid, to test the error. */
export const wrong = <T>(value: unknown): T => value as T;
