import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const unusedVars = ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }];

export default defineConfig(
  // assembly/ is AssemblyScript: its compiler checks it, TypeScript's types do not fit it.
  globalIgnores([
    'assembly/',
    'build/',
    '**/dist/',
    'coverage/',
    'out/',
    'src/runtime/generated/',
    'bench/peers/',
    'bench/assembly/',
  ]),
  {
    files: ['**/*.ts', '**/*.mjs'],
    extends: [tseslint.configs.strict],
    rules: {
      '@typescript-eslint/no-unused-vars': unusedVars,
      eqeqeq: ['error', 'always'],
      'prefer-const': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-unused-vars': unusedVars,
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-unnecessary-type-parameters': 'off', // a named parameter can say more than unknown
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // Numbers in messages are the rule here, not a slip.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // Index loops over typed arrays assert what the loop bound proves.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    // The library is silent and never casts a value to what it is not.
    files: ['src/**/*.ts'],
    rules: {
      'no-console': 'error',
      '@typescript-eslint/no-unsafe-type-assertion': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
    },
  },
  {
    // A class alone lets every wrong message pass: `new RangeError('...')` compares both, so does `typed` (test/support).
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'CallExpression[callee.property.name=/^toThrow(Error)?$/]:not([callee.object.property.name="not"]):matches([arguments.length=0], [arguments.0.type="Identifier"][arguments.0.name=/^([A-Z]|type$|kind$)/], [arguments.0.type="MemberExpression"])',
          message: "Ask for the message, too: toThrow(new RangeError('...')), or typed(RangeError, /.../).",
        },
      ],
    },
  },
);
