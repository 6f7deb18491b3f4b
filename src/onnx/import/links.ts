// Who makes and who uses the values of a graph.
import type { FileNode, FileTensor, OnnxFile } from './file.js';

export class Links {
  readonly #file: OnnxFile;
  readonly #makers = new Map<string, FileNode>();
  readonly #users = new Map<string, FileNode[]>();
  readonly #outputs: ReadonlySet<string>;

  constructor(file: OnnxFile) {
    this.#file = file;
    this.#outputs = new Set(file.outputs.map(({ name }) => name));
    for (const node of file.nodes) {
      for (const name of node.outputs) this.#makers.set(name, node);
      for (const name of node.inputs) {
        const users = this.#users.get(name);
        if (users) users.push(node);
        else this.#users.set(name, [node]);
      }
    }
  }

  maker(name: string | undefined): FileNode | undefined {
    return name === undefined ? undefined : this.#makers.get(name);
  }

  /** The nodes that use a value, once for each use. */
  users(name: string): readonly FileNode[] {
    return this.#users.get(name) ?? [];
  }

  isOutput(name: string): boolean {
    return this.#outputs.has(name);
  }

  /** The only node that uses a node's first output, if nothing else does. */
  next({ outputs }: FileNode): FileNode | undefined {
    const [name = '', ...others] = outputs;
    const [user, ...more] = this.users(name);
    const single = more.length === 0 && !this.isOutput(name) && others.every((other) => this.users(other).length === 0);
    return single ? user : undefined;
  }

  constant(name: string | undefined): FileTensor | undefined {
    return name === undefined ? undefined : this.#file.initializers.get(name);
  }

  /** The value of a constant of one element. */
  number(name: string | undefined): number | undefined {
    const held = this.constant(name);
    return held?.numbers.length === 1 ? held.numbers[0] : undefined;
  }
}
