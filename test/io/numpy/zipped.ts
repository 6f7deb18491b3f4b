import { zipSync } from 'fflate';

/** The bytes of a zip archive with these files, deflated. */
export function zipped(files: Readonly<Record<string, Uint8Array>>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(zipSync({ ...files }));
}
