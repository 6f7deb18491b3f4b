import { flag, isPlain, knownOptions, numberList, oneOf, show, wholeNumber } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';

export interface TokenizerOptions {
  /** What a token is. Default `'word'`. */
  readonly by?: 'word' | 'character' | undefined;
  /** Tokens that are kept, the most frequent ones. Default: all. */
  readonly vocabularySize?: number | undefined;
  /** What a token is that `fit` has not seen: index 1, nothing, or an error. Default `'token'`. */
  readonly unknown?: 'token' | 'skip' | 'error' | undefined;
  /** Whether capitals are like small letters. Default true for words, false for characters. */
  readonly lowercase?: boolean | undefined;
}

/** A tokenizer as plain data. */
export interface TokenizerData {
  readonly by: 'word' | 'character';
  readonly unknown: 'token' | 'skip' | 'error';
  readonly lowercase: boolean;
  readonly vocabularySize: number | null;
  readonly tokens: readonly string[];
}

/** Words with their apostrophes, numbers, and punctuation marks one by one. */
const WORD = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*|[^\s\p{L}\p{M}\p{N}]/gu;
/** Indices before the first token: 0 fills up, 1 is unknown. */
const RESERVED = 2;
const UNKNOWN = '\ufffd';

function checkTexts(where: string, texts: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(texts) ? texts : [texts];
  return Array.from(list, (text) => {
    if (typeof text !== 'string') refuse(TypeError, where, 'text or an array of texts', show(text));
    return text;
  });
}

/** Turns texts into indices and back. Made by `tokenizer`. */
export class Tokenizer {
  readonly #options: Omit<TokenizerData, 'tokens'>;
  #tokens: readonly string[] = [];
  #index: ReadonlyMap<string, number> = new Map();

  private constructor(options: Omit<TokenizerData, 'tokens'>, tokens: readonly string[]) {
    this.#options = options;
    this.#use(tokens);
  }

  /** @internal */
  static of(options: Omit<TokenizerData, 'tokens'>, tokens: readonly string[] = []): Tokenizer {
    return new Tokenizer(options, tokens);
  }

  #use(tokens: readonly string[]): void {
    this.#tokens = tokens;
    this.#index = new Map(tokens.map((token, i) => [token, i + RESERVED]));
  }

  /** Number of indices, for `embedding({ inputDim })`: 0 fills up, 1 is unknown, then the tokens. */
  get size(): number {
    return this.#tokens.length + RESERVED;
  }

  #split(text: string): readonly string[] {
    const { by, lowercase } = this.#options;
    const used = lowercase ? text.toLowerCase() : text;
    return by === 'word' ? (used.match(WORD) ?? []) : Array.from(used);
  }

  /**
   * Learns the tokens of texts, the most frequent first, in place of those it knew.
   * @returns the tokenizer
   * @throws TypeError; RangeError when there are no tokens
   */
  fit(texts: string | readonly string[]): this {
    const counts = new Map<string, number>();
    for (const text of checkTexts('fit', texts))
      for (const token of this.#split(text)) counts.set(token, (counts.get(token) ?? 0) + 1);
    if (counts.size === 0) refuse(RangeError, 'fit', 'texts with at least one token', 'none');
    const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    const { vocabularySize } = this.#options;
    this.#use(sorted.slice(0, vocabularySize ?? sorted.length).map(([token]) => token));
    return this;
  }

  #encode(text: string): number[] {
    const { unknown } = this.#options;
    const indices: number[] = [];
    for (const token of this.#split(text)) {
      const index = this.#index.get(token);
      if (index !== undefined) indices.push(index);
      else if (unknown === 'error') refuse(RangeError, 'encode', 'known tokens', show(token));
      else if (unknown === 'token') indices.push(1);
    }
    return indices;
  }

  /**
   * The indices of a text, or of each of several: `pad` makes them equally long.
   * @throws TypeError; RangeError before `fit`, and for unknown tokens with `unknown: 'error'`
   */
  encode(texts: string): number[];
  encode(texts: readonly string[]): number[][];
  encode(texts: string | readonly string[]): number[] | number[][] {
    const list = checkTexts('encode', texts);
    if (this.#tokens.length === 0) refuse(RangeError, 'encode', 'a tokenizer after fit', 'one without tokens');
    const encoded = list.map((text) => this.#encode(text));
    return typeof texts === 'string' ? (encoded[0] ?? []) : encoded;
  }

  /**
   * The text of indices: words are put together with spaces; what fills up is left out, and what is unknown is `\ufffd`.
   * @throws TypeError, RangeError
   */
  decode(indices: ArrayLike<number>): string {
    const list = Array.from(numberList('decode', 'indices', indices), (index) =>
      wholeNumber('decode', 'indices', index, { min: 0, below: this.size }),
    );
    const tokens = list.filter((index) => index > 0).map((index) => this.#tokens[index - RESERVED] ?? UNKNOWN);
    return tokens.join(this.#options.by === 'word' ? ' ' : '');
  }

  /** Options and tokens as plain data for `Tokenizer.fromJSON`. */
  toJSON(): TokenizerData {
    return { ...this.#options, tokens: [...this.#tokens] };
  }

  /**
   * The tokenizer that `toJSON` described.
   * @throws FormatError
   * @example
   * ```ts
   * import { Tokenizer, tokenizer } from 'wasmgrad/data';
   * const text = JSON.stringify(tokenizer({ by: 'character' }).fit('abba'));
   * console.log(Tokenizer.fromJSON(JSON.parse(text)).encode('bab')); // [3, 2, 3]
   * ```
   */
  static fromJSON(json: unknown): Tokenizer {
    const where = 'fromJSON';
    if (!isPlain(json)) refuse(FormatError, where, 'a tokenizer as an object', show(json));
    const { tokens } = json;
    const isList = Array.isArray(tokens) && tokens.every((token) => typeof token === 'string');
    if (!isList || new Set(tokens).size !== tokens.length) refuse(FormatError, where, 'distinct tokens', show(tokens));
    const { by, unknown, lowercase, vocabularySize } = json;
    try {
      const options = checkOptions(where, { by, unknown, lowercase, vocabularySize: vocabularySize ?? undefined });
      return new Tokenizer(options, Array.from(tokens, String));
    } catch (cause) {
      throw new FormatError(cause instanceof Error ? cause.message : String(cause), { cause });
    }
  }
}

function checkOptions(where: string, given: Readonly<Record<string, unknown>>): Omit<TokenizerData, 'tokens'> {
  const { by = 'word', unknown = 'token', lowercase = by === 'word', vocabularySize } = given;
  return {
    by: oneOf(where, 'by', by, ['word', 'character']),
    unknown: oneOf(where, 'unknown', unknown, ['token', 'skip', 'error']),
    lowercase: flag(where, 'lowercase', lowercase),
    vocabularySize:
      vocabularySize === undefined ? null : wholeNumber(where, 'vocabularySize', vocabularySize, { min: 1 }),
  };
}

/**
 * Makes a tokenizer for models that start with an `embedding`: `fit` learns the words or characters of texts, `encode`
 * gives their indices. Index 0 fills up (see `pad`), and index 1 stands for what is unknown.
 *
 * @throws TypeError, RangeError for unknown or impossible options
 * @example
 * ```ts
 * import { tokenizer } from 'wasmgrad/data';
 * const words = tokenizer({ by: 'word' }).fit(['The cat sat.', 'The cat ran!']);
 * console.log(words.size, words.encode('the dog ran')); // 8 [3, 1, 6]
 * console.log(words.decode([3, 2, 6])); // 'the cat ran'
 * ```
 */
export function tokenizer(options: TokenizerOptions = {}): Tokenizer {
  return Tokenizer.of(
    checkOptions('tokenizer', {
      ...knownOptions('tokenizer', options, ['by', 'vocabularySize', 'unknown', 'lowercase']),
    }),
  );
}
