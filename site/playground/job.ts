// A program as the worker gets it: each import names the address of the module in this site.
import { CodeError, importsOf } from './imports.js';
import type { Job } from './messages.js';

/** The program with addresses for names; throws a `CodeError` for syntax that is wrong and modules that are not there. */
export function jobOf(code: string, addresses: ReadonlyMap<string, string>): Job {
  const imports = importsOf(code);
  const modules = imports.map((each) => {
    const address = addresses.get(each.from) ?? (/^https?:\/\//.test(each.from) ? each.from : undefined);
    if (address === undefined) {
      const known = [...addresses.keys()].join(', ');
      throw new CodeError(`expected an import from ${known} or an address, got '${each.from}'`, each);
    }
    return { ...each, address };
  });
  const parts = modules.sort((a, b) => a.start - b.start);
  let [text, end] = ['', 0];
  for (const part of parts) {
    text += code.slice(end, part.start) + JSON.stringify(part.address);
    end = part.end;
  }
  return { code: text + code.slice(end), modules: parts.map(({ from, names, address }) => ({ from, names, address })) };
}
