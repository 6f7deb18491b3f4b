// The published declarations, as compilers of users see them: with other libraries, other resolution, strict options.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import {
  complaints,
  declarationsProgram,
  ENTRIES,
  exportedSymbols,
  programOf,
  root,
  STRICT,
} from './support/declarations.js';

const nodeNext = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext };

describe('the declarations compile', () => {
  test.each<[string, ts.CompilerOptions]>([
    ['for a page', {}],
    ['under nodenext', nodeNext],
    ['in a web worker', { lib: ['lib.es2023.d.ts', 'lib.webworker.d.ts'] }],
    ['in Node without the types of browsers', { ...nodeNext, lib: ['lib.es2023.d.ts'], types: ['node'] }],
    ['with every library', { lib: ['lib.esnext.d.ts', 'lib.dom.d.ts'] }],
    ['with the oldest library', { lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'] }],
  ])('%s', (_, options) => {
    expect(complaints(declarationsProgram({ ...STRICT, ...options }))).toEqual([]);
  });
});

/** Names of what a file marks as internal: `Tensor.pointer`, or `.runtime` for a declaration of its own. */
function internalNames(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const names: string[] = [];
  const visit = (node: ts.Node, owner: string): void => {
    const declaration = ts.isClassElement(node) || ts.isTypeElement(node) || ts.isDeclarationStatement(node);
    const own = declaration ? (node.name?.getText() ?? 'constructor') : '';
    const isInternal = ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal');
    if (declaration && isInternal) names.push(`${owner}.${own}`);
    ts.forEachChild(node, (child) => {
      visit(child, ts.isClassLike(node) || ts.isInterfaceDeclaration(node) ? own : owner);
    });
  };
  visit(source, '');
  return names;
}

/** All declarations of a file, named in the same way. */
function declaredNames(file: string): Set<string> {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const members = source.statements.flatMap((statement) => {
    if (!ts.isDeclarationStatement(statement)) return [];
    const name = statement.name?.getText() ?? '';
    const inside = ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement) ? statement.members : [];
    return [`.${name}`, ...inside.map((member) => `${name}.${member.name?.getText() ?? 'constructor'}`)];
  });
  return new Set(members);
}

test('what is internal is not declared', () => {
  // The command line is not imported, and has no declarations
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => /(?<!\.d)\.ts$/.test(file) && !/^cli[\\/]/.test(file),
  );
  const internal = files.flatMap((file) => {
    const published = declaredNames(join(root, 'dist/types', file.replace(/\.ts$/, '.d.ts')));
    return internalNames(join(root, 'src', file)).map((name) => ({ name, published: published.has(name) }));
  });
  expect(internal.length).toBeGreaterThan(20);
  expect(internal).toContainEqual({ name: 'Tensor.pointer', published: false });
  expect(internal.filter(({ published }) => published)).toEqual([]);
});

/** The optional properties of an object type that do not take `undefined`. */
function strictlyOptional(checker: ts.TypeChecker, type: ts.Type, at: ts.Node): string[] {
  return checker.getPropertiesOfType(type).flatMap((property) => {
    const isMethod = property.flags & ts.SymbolFlags.Method;
    if (!(property.flags & ts.SymbolFlags.Optional) || isMethod) return [];
    const declared = property.declarations?.find(ts.isPropertySignature)?.type;
    const own = declared ? checker.getTypeFromTypeNode(declared) : checker.getTypeOfSymbolAtLocation(property, at);
    const members = own.isUnion() ? own.types : [own];
    return members.some(({ flags }) => flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Unknown)) ? [] : [property.name];
  });
}

test('every option may be undefined, for exactOptionalPropertyTypes', () => {
  const program = declarationsProgram();
  const checker = program.getTypeChecker();
  const looked = new Map<string, string[]>();
  const look = (name: string, type: ts.Type, at: ts.Node): void => {
    for (const part of type.isUnion() ? type.types : [type])
      looked.set(name, [...(looked.get(name) ?? []), ...strictlyOptional(checker, part, at)]);
  };
  for (const entry of ENTRIES) {
    for (const [name, symbol] of exportedSymbols(program, entry)) {
      const [declaration] = symbol.declarations ?? [];
      if (!declaration) continue;
      if (/Options$|Config$|^Layer$|^WeightSpec$|^LayerResult$|^Initializer$|^Activation$|^Callback$/.test(name))
        look(name, checker.getDeclaredTypeOfSymbol(symbol), declaration);
      if (!ts.isFunctionDeclaration(declaration)) continue;
      for (const parameter of declaration.parameters)
        if (parameter.name.getText() === 'options')
          look(`${name}()`, checker.getNonNullableType(checker.getTypeAtLocation(parameter)), declaration);
    }
  }
  expect(looked.size).toBeGreaterThan(70);
  expect([...looked].filter(([, names]) => names.length > 0)).toEqual([]);
});

describe('code of users compiles', () => {
  test('that passes on options which may be missing', () => {
    const code = `
      import { randomNormal } from 'wasmgrad';
      import { dataset } from 'wasmgrad/data';
      import { dense, dropout } from 'wasmgrad/layers';
      import { crossEntropy } from 'wasmgrad/losses';
      import { sequential } from 'wasmgrad/models';
      import { adam } from 'wasmgrad/optimizers';
      interface Settings { epochs?: number; seed?: number; rate?: number; name?: string; activation?: 'relu' }
      export async function train({ epochs, seed, rate, name, activation }: Settings): Promise<void> {
        const layers = [dense({ units: 10, name, activation }), dropout({ rate: 0.5, name })];
        const model = sequential({ inputShape: [3], seed }, layers);
        randomNormal([3], { seed });
        const optimizer = adam({ learningRate: rate });
        await model.fit(dataset([[1, 2, 3]], [1]), { loss: crossEntropy(), optimizer, epochs, seed, signal: undefined });
      }`;
    expect(complaints(programOf(code))).toEqual([]);
  });

  test('that hands arrays to the platform', () => {
    const code = `
      import { tensor } from 'wasmgrad';
      import { saveModel } from 'wasmgrad/io';
      import type { Model } from 'wasmgrad/models';
      export async function send(model: Model): Promise<unknown[]> {
        const bytes = saveModel(model);
        return [
          new Blob([bytes, tensor([1]).data()]),
          new File([bytes], 'model'),
          await fetch('/model', { method: 'POST', body: bytes }),
          await crypto.subtle.digest('SHA-256', bytes),
          new Blob(Object.values(model.getWeights())),
        ];
      }`;
    expect(complaints(programOf(code))).toEqual([]);
  });

  test('that differentiates, trains with a loss of its own and defines layers', () => {
    const code = `
      import { add, grad, mean, mul, square, sub, sum, tensor, valueAndGrad, type Tensor } from 'wasmgrad';
      import { defineLayer, dense } from 'wasmgrad/layers';
      import { sequential } from 'wasmgrad/models';
      import { adam } from 'wasmgrad/optimizers';
      import { dataset } from 'wasmgrad/data';
      interface Weights { readonly w: Tensor; readonly rest: readonly Tensor[] }
      export const slope: Float32Array = grad((x) => sum(mul(x, x)))(tensor([1, 2, 3])).data();
      export const both = (weights: Weights): [Tensor, Weights] => valueAndGrad(({ w }: Weights) => sum(w))(weights);
      export const labels: Int32Array = tensor([1, 0], [2], 'i32').data();
      const shift = defineLayer({
        outputShape: (shape) => shape,
        init: (shape) => ({ beta: { shape, initializer: 'zeros' } }),
        apply: ({ beta }, x) => add(x, beta),
      });
      const plain = { outputShape: (shape: readonly number[]) => shape, apply: (_: object, x: Tensor) => square(x) };
      const model = sequential({ inputShape: [2] }, [dense({ units: 1 }), shift, plain]);
      await model.fit(dataset([[1, 2]], [[1]]), {
        loss: (prediction, target) => mean(square(sub(prediction, target))),
        optimizer: adam(),
        metrics: [{ name: 'largest', compute: (prediction) => mean(prediction) }],
      });`;
    expect(complaints(programOf(code))).toEqual([]);
  });

  const using = `
    import { compile, mul, tensor, vjp } from 'wasmgrad';
    import { linearRegression, type Model } from 'wasmgrad/models';
    import { meanSquaredError } from 'wasmgrad/losses';
    import { sgd } from 'wasmgrad/optimizers';
    export function run(model: Model): void {
      using x = tensor([1, 2]);
      using square = compile((value: typeof x) => mul(value, value));
      using pull = vjp(square, [x])[1];
      using predictor = model.predictor();
      using trainer = model.trainer({ loss: meanSquaredError(), optimizer: sgd({ learningRate: 1 }), batchSize: 1 });
      using fitted = linearRegression([[1], [2]], [1, 2]);
      console.log(pull(x), predictor, trainer, fitted);
    }`;

  test.each<[string, ts.CompilerOptions]>([
    ['ESNext', { lib: ['lib.esnext.d.ts', 'lib.dom.d.ts'] }],
    ["Node's types", { types: ['node'] }],
  ])('that holds things by using, with %s', (_, options) => {
    expect(complaints(programOf(using, { ...STRICT, ...options }))).toEqual([]);
  });

  test('unless it uses what is internal, or misspells a name', () => {
    const wrong = [
      'tensor([1]).pointer()',
      'tensor([1]).alias()',
      'tensor([1]).address',
      'new Tensor()',
      'new Model()',
      'new Trainer()',
      'model.network',
      'tensor([1]).shapes',
    ];
    const code = `
      import { tensor, Tensor } from 'wasmgrad';
      import { Model, Trainer } from 'wasmgrad/models';
      export const f = (model: Model): unknown => [
        ${wrong.map((expression) => `// @ts-expect-error\n${expression},`).join('\n')}
        model, tensor, Tensor, Trainer,
      ];`;
    expect(complaints(programOf(code))).toEqual([]);
  });
});
