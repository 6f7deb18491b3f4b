// The part of jsfive that is used here. Anything may be missing or of another type when a file is damaged.
declare module 'jsfive' {
  export class File {
    constructor(buffer: ArrayBuffer, name: string);
  }
}
