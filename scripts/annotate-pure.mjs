// A rollup plugin that marks the calls made while a module loads as free of side effects: an operation is a table built
// by a call, `const op = elementwise({ ... })`, and a bundler may only drop it unused when told that the call does
// nothing else. That is true of all of src/ (importing it starts nothing, test/package.node.test.ts).

const PURE = '/* @__PURE__ */ ';

/** Where calls start that run when the module is loaded: those outside of any function. */
function callsOnLoad(node, places) {
  if (Array.isArray(node)) for (const child of node) callsOnLoad(child, places);
  if (typeof node?.type !== 'string' || /Function|MethodDefinition/.test(node.type)) return;
  if (node.type === 'PropertyDefinition' && !node.static) return;
  if (node.type === 'CallExpression' || node.type === 'NewExpression') places.add(node.start);
  for (const [key, child] of Object.entries(node)) {
    if (key !== 'type' && typeof child === 'object' && child !== null) callsOnLoad(child, places);
  }
}

export const annotatePure = {
  name: 'annotate-pure',
  transform(code) {
    const places = new Set();
    for (const statement of this.parse(code).body) {
      // A call that is a statement of its own is made for its effect.
      if (statement.type !== 'ExpressionStatement') callsOnLoad(statement, places);
    }
    let annotated = '';
    let copied = 0;
    for (const place of [...places].sort((a, b) => a - b)) {
      annotated += code.slice(copied, place) + PURE;
      copied = place;
    }
    return { code: annotated + code.slice(copied), map: null };
  },
};
