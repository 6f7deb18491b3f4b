// Prettier for assembly/: AssemblyScript has the grammar of TypeScript plus decorators on functions, which Prettier's
// parsers reject. So decorators become marked comments before formatting, and decorators again after it.
import { printers as estree } from 'prettier/plugins/estree';
import { parsers as typescript } from 'prettier/plugins/typescript';

const MARK = '//decorator:';
const DECORATOR = /^([ \t]*)(@\w+(?:\([^)\n]*\))?)[ \t]*$/gm;

export const parsers = {
  assemblyscript: {
    ...typescript.typescript,
    astFormat: 'assemblyscript-estree',
    preprocess: (text) => text.replace(DECORATOR, `$1${MARK}$2`),
  },
};

const printComment = (path, options) => {
  const text = options.originalText.slice(options.locStart(path.node), options.locEnd(path.node));
  return text.startsWith(MARK) ? text.slice(MARK.length) : estree.estree.printComment(path, options);
};

export const printers = { 'assemblyscript-estree': { ...estree.estree, printComment } };
