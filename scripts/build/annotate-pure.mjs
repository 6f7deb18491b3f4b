// A rollup plugin that marks the calls a module makes while it loads as free of side effects. An operation is an object
// made by a call, `const op = elementwise({ ... })`, and a bundler may drop it when unused only if the call is marked.
// That is true of all of src/ (importing it starts nothing, test/package.node.test.ts).

const PURE = '/* @__PURE__ */ ';

/** Calls `visit` with every node that is evaluated when the module is loaded, i.e. outside any function. */
function nodesOnLoad(node, visit) {
  if (Array.isArray(node)) for (const child of node) nodesOnLoad(child, visit);
  if (typeof node?.type !== 'string' || /Function|MethodDefinition/.test(node.type)) return;
  if (node.type === 'PropertyDefinition' && !node.static) return;
  visit(node);
  for (const [key, child] of Object.entries(node)) {
    if (key !== 'type' && typeof child === 'object' && child !== null) nodesOnLoad(child, visit);
  }
}

/** Nodes that may run other code as far as bundlers know: an iterator, a getter, a `valueOf`, a `toString`. */
const FEARED = new Set(['BinaryExpression', 'MemberExpression', 'SpreadElement', 'TemplateLiteral']);

function feared(init) {
  let found = false;
  nodesOnLoad(init, ({ type }) => {
    found ||= FEARED.has(type);
  });
  return found;
}

/**
 * Whether a division sign stands before. Minifiers that keep the comment write `1//* @__PURE__ *\/ f()` then, and all
 * that follows is a comment (the one of Vite 8). The quotient as a whole is annotated anyway.
 */
function divides(code, place) {
  return /[^*]\/\s*$/.test(code.slice(Math.max(0, place - 20), place));
}

export const annotatePure = {
  name: 'annotate-pure',
  transform(code) {
    const insertions = [];
    for (const statement of this.parse(code).body) {
      if (statement.type === 'ExpressionStatement') continue; // a call that is a statement is made for its effect
      nodesOnLoad(statement, (node) => {
        if ((node.type === 'CallExpression' || node.type === 'NewExpression') && !divides(code, node.start)) {
          insertions.push([node.start, PURE]);
        }
        // Only calls can be annotated, so other expressions are wrapped in one.
        if (node.type === 'VariableDeclarator' && node.init && feared(node.init)) {
          insertions.push([node.init.start, `${PURE}(() => (`], [node.init.end, '))()']);
        }
      });
    }
    let annotated = '';
    let copied = 0;
    for (const [place, text] of insertions.sort(([a], [b]) => a - b)) {
      annotated += code.slice(copied, place) + text;
      copied = place;
    }
    return { code: annotated + code.slice(copied), map: null };
  },
};
