/** An argument the types would not let through, to see what is said about it. */
export const wrong = <T>(value: unknown): T => value as T;
