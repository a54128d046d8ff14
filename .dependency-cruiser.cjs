// Who may import whom (ARCHITECTURE.md, "The house"). Arrows only point down; a new room gets its row here first.
// `may` lists the rooms a room can reach besides itself; `packages` the npm packages; `node` whether Node built-ins.
const rooms = {
  'src/protocol': { may: [], packages: ['zod'], node: false },
  'src/base': { may: [], packages: ['fastest-levenshtein'], node: false },
  'src/folder': { may: ['src/protocol', 'src/base'], packages: [], node: true },
  'src/data': {
    may: ['src/protocol', 'src/base'],
    packages: ['zod', '@huggingface/tokenizers', '@huggingface/jinja'],
    node: false,
  },
  'src/config': {
    may: ['src/protocol', 'src/base', 'src/data'],
    packages: ['yaml', 'zod'],
    node: false,
  },
  'src/runs': { may: ['src/protocol', 'src/base'], packages: [], node: false },
  'src/report': { may: ['src/protocol', 'src/base', 'src/runs'], packages: [], node: false },
  'src/launch': { may: ['src/protocol', 'src/base', 'src/folder', 'src/runs'], packages: [], node: true },
  'src/cli': {
    may: [
      'src/protocol',
      'src/base',
      'src/folder',
      'src/data',
      'src/config',
      'src/runs',
      'src/report',
      'src/launch',
    ],
    packages: ['commander', 'cli-table3', 'log-update', 'zod'],
    node: true,
  },
  'src/engines/tfjs': {
    may: ['src/protocol', 'src/base', 'src/folder', 'src/data'],
    packages: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm', 'zod'],
    node: true,
  },
};

const escape = (text) => text.replace(/[/\-.]/g, '\\$&');
const forbidden = [
  { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  {
    name: 'nobody-imports-tests',
    severity: 'error',
    from: { pathNot: '^(test|bench)/' },
    to: { path: '^(test|bench)/' },
  },
  { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
];
for (const [room, rule] of Object.entries(rooms)) {
  const reachable = [room, ...rule.may].map((name) => `^${escape(name)}/`);
  const packages = rule.packages.map((name) => `node_modules/${escape(name)}/`);
  forbidden.push({
    name: `${room.replace('src/', '').replace('/', '-')}-imports-only-what-it-may`,
    comment: `${room} may import: ${[...rule.may, ...rule.packages, ...(rule.node ? ['node:*'] : [])].join(', ') || 'nothing'}`,
    severity: 'error',
    from: { path: `^${escape(room)}/` },
    to: {
      pathNot: [...reachable, ...packages].join('|'),
      ...(rule.node ? { dependencyTypesNot: ['core'] } : {}),
    },
  });
}

module.exports = {
  forbidden,
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|src/engines/tfjs/kernels)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
