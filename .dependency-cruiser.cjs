// Imports run one way only:
//   core <- runtime <- tensors <- autodiff <- ops <- {linalg, losses} <- layers <- models <- {selection, io, plot} <- {onnx, predict, index} <- cli
// with optimizers on core, runtime, tensors and data on core, tensors. Rooms that stand side by side do not see
// one another. Each room lists what it may import; anything else is an error.
const core = ['core'];
const runtime = [...core, 'runtime'];
const tensors = [...runtime, 'tensors'];
const autodiff = [...tensors, 'autodiff'];
const ops = [...autodiff, 'ops'];
const layers = [...ops, 'linalg', 'losses'];
const models = [...layers, 'layers', 'optimizers', 'data'];

const MAY_IMPORT = {
  core: [],
  runtime: core,
  tensors: runtime,
  autodiff: tensors,
  ops: autodiff,
  linalg: ops,
  losses: ops,
  optimizers: tensors,
  data: ['core', 'tensors'],
  layers,
  models,
  selection: [...models, 'models'],
  predict: [...models, 'models', 'io'],
  io: [...models, 'models'],
  onnx: [...models, 'models', 'io'],
  plot: [...models, 'models'],
  cli: [...models, 'models', 'selection', 'predict', 'io', 'onnx', 'plot'],
};

const roomRules = Object.entries(MAY_IMPORT).map(([room, allowed]) => ({
  name: `${room}-imports`,
  comment: `src/${room} may import only ${allowed.length > 0 ? allowed.join(', ') : 'itself'}.`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'rooms-only',
      comment: 'Only index.ts stands outside the rooms of src, and every room has a rule above.',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: `^src/(index\\.ts$|(${Object.keys(MAY_IMPORT).join('|')})/)` },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle hides which module comes first; type-only imports count too.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'library-stands-alone',
      comment: 'The library knows nothing of its tests, benches, examples or kernel sources.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|examples|demo|scripts|assembly|dist|build)/' },
    },
    {
      name: 'no-npm-packages',
      comment:
        'The published package has no dependencies; only readers of protocol buffers, zip archives, HDF5 files and CSV are bundled in.',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'],
        pathNot: 'node_modules/(pbf|fflate|jsfive|d3-dsv|@types/d3-dsv)/',
      },
    },
    {
      name: 'resolvable',
      comment: 'Every import leads somewhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^wasmgrad' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(assembly|bench/peers|dist|build|demo/dist|test/packages/next/app)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
