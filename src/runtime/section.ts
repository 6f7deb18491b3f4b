import { Recorder, withRecorder } from './recorder.js';
import type { Program, ProgramLocation, Retained } from './program.js';

/**
 * Records a part of a program that runs more than once. Its memory is the program's. A block that was in use before it is
 * not free for other tensors in it, even if the part releases it: the part would find them there when it runs again.
 */
class SectionRecorder extends Recorder {
  readonly #outer: Recorder;

  constructor(outer: Recorder) {
    super();
    this.#outer = outer;
  }

  override allocate(bytes: number, where?: string): number {
    return this.#outer.allocate(bytes, where);
  }

  // Storage asks only the recorder that it was allocated with.
  override release(pointer: number): boolean {
    return this.#outer.release(pointer);
  }

  override owns(pointer: number): boolean {
    return this.#outer.owns(pointer);
  }

  override retain(storage: Retained): void {
    if (!this.owns(storage.pointer)) this.#outer.retain(storage);
  }
}

/** The records of a section, which live as long as somebody retains them. */
class SectionRecords implements Retained {
  readonly #program: Program;
  #references = 1;

  constructor(program: Program) {
    this.#program = program;
  }

  get pointer(): number {
    return this.#program.location.pointer;
  }

  retain(): void {
    this.#references++;
  }

  release(): void {
    if (--this.#references === 0) this.#program.dispose();
  }
}

/** Where the records of `body` are, for a record of the program under way that runs them. They are freed with it. */
export function recordSection(outer: Recorder, body: () => void): ProgramLocation {
  const section = new SectionRecorder(outer);
  withRecorder(section, body);
  const program = section.finish();
  const records = new SectionRecords(program);
  outer.retain(records);
  records.release();
  return program.location;
}
