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
  'src/facts': {
    may: ['src/protocol', 'src/base', 'src/folder', 'src/data', 'src/config', 'src/launch'],
    packages: ['zod'],
    node: true,
  },
  'src/annotator': {
    may: [
      'src/protocol',
      'src/base',
      'src/folder',
      'src/data',
      'src/config',
      'src/runs',
      'src/launch',
      'src/facts',
    ],
    packages: [],
    node: true,
  },
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
      'src/facts',
    ],
    packages: ['commander', 'cli-table3', 'log-update', 'zod'],
    node: true,
  },
  'src/host': {
    may: [
      'src/protocol',
      'src/base',
      'src/folder',
      'src/config',
      'src/data',
      'src/runs',
      'src/launch',
      'src/facts',
      'src/annotator',
    ],
    packages: ['zod', 'vscode'],
    node: true,
  },
  webview: {
    may: ['src/protocol', 'src/base', 'src/runs'],
    packages: ['chart.js', '@vscode-elements/elements'],
    node: false,
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
  // The editor itself provides `vscode`; only the extension may ask for it.
  { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^vscode$' } },
  {
    name: 'only-the-extension-knows-the-editor',
    severity: 'error',
    from: { pathNot: '^src/(host/|extension\\.ts)' },
    to: { path: '(^|/)vscode$|node_modules/@types/vscode/' },
  },
  {
    // Half of all the code, and most windows never see a config: it comes with src/configTools.ts, when a command asks for it, and
    // with the annotator's thread, when a config is opened.
    name: 'host-loads-configs-late',
    severity: 'error',
    from: { path: '^src/(host/|extension\\.ts)' },
    to: { path: '^src/(config|data|facts|annotator)/', dependencyTypesNot: ['type-only'] },
  },
];
for (const [room, rule] of Object.entries(rooms)) {
  const reachable = [room, ...rule.may].map((name) => `^${escape(name)}/`);
  const packages = rule.packages.map((name) =>
    name === 'vscode' ? '(^|/)vscode$|node_modules/@types/vscode/' : `node_modules/${escape(name)}/`,
  );
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
