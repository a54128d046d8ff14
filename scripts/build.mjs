// Bundles every program into dist/: one entry each. A program that cannot be bundled alone has a wrong import.
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** name in dist/ -> source. Programs are ES modules; `require` is there for the CommonJS packages inside them. */
const programs = {
  cli: 'src/cli.ts',
  annotator: 'src/annotator/main.ts',
  factsWorker: 'src/facts/worker.ts',
  'engines/tfjs/main': 'src/engines/tfjs/main.ts',
  // As deep as the test helpers it shares, which find the repository from where they are.
  'test/bench/main': 'bench/main.ts',
  'test/tensorflow': 'test/tensorflow.ts',
  schema: 'src/config/jsonSchema.ts',
};

export async function buildAll({ quiet = false } = {}) {
  const entryPoints = Object.fromEntries(
    Object.entries(programs).filter(([, source]) => existsSync(join(root, source))),
  );
  await build({
    absWorkingDir: root,
    entryPoints,
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // TensorFlow.js keeps its gradients in its ES modules only, and two copies of its engine must not meet.
    mainFields: ['module', 'main'],
    sourcemap: 'linked',
    legalComments: 'linked',
    logLevel: quiet ? 'error' : 'warning',
    define: { HOLDFAST_VERSION: JSON.stringify((await readPackage()).version) },
    banner: {
      js: [
        "import { createRequire as __createRequire } from 'node:module';",
        "import { fileURLToPath as __fileURLToPath } from 'node:url';",
        'const require = __createRequire(import.meta.url);',
        'const __filename = __fileURLToPath(import.meta.url);',
        "const __dirname = __fileURLToPath(new URL('.', import.meta.url));",
      ].join('\n'),
    },
  });
  await copyWasm();
  await copyTorchEngine();
  await compileKernels();
  await writeSchema();
  await buildExtension(quiet);
  await buildPanel(quiet);
  await writeBuildId();
}

/** The extension: CommonJS, because that is what editors have loaded for longest, and small, because they wait for it. */
async function buildExtension(quiet) {
  await build({
    absWorkingDir: root,
    entryPoints: { extension: 'src/extension.ts', configTools: 'src/configTools.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['vscode', './configTools.cjs'],
    minify: true,
    sourcemap: 'linked',
    legalComments: 'linked',
    logLevel: quiet ? 'error' : 'warning',
    define: { HOLDFAST_VERSION: JSON.stringify((await readPackage()).version) },
  });
}

/** The panel's page: one script and one style, as its content policy wants it. */
async function buildPanel(quiet) {
  await build({
    absWorkingDir: root,
    entryPoints: { panel: 'webview/main.ts', 'panel-style': 'webview/panel.css' },
    outdir: 'dist/webview',
    bundle: true,
    platform: 'browser',
    format: 'iife',
    target: 'chrome120',
    minify: true,
    sourcemap: 'linked',
    legalComments: 'linked',
    logLevel: quiet ? 'error' : 'warning',
  });
}

/** What runs use is copied out of the extension once per build (src/launch/programs.ts): this tells builds apart. */
async function writeBuildId() {
  const hash = createHash('sha256');
  for (const folder of ['dist/engines', 'data', 'examples/lab']) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) hash.update(await readFile(file));
  }
  hash.update(await readFile(join(root, 'dist/cli.js')));
  const { version } = await readPackage();
  await writeFile(join(root, 'dist/build-id'), `${version}-${hash.digest('hex').slice(0, 12)}\n`);
}

/** AssemblyScript -> dist/engines/tfjs/kernels.wasm, to run on the memory of tfjs-backend-wasm. */
async function compileKernels() {
  const { default: asc } = await import('assemblyscript/asc');
  const out = 'dist/engines/tfjs/kernels.wasm';
  const options = [
    '-O3',
    '--converge',
    '--runtime',
    'stub',
    '--importMemory',
    '--noAssert',
    '--use',
    'abort=',
    '--enable',
    'simd',
  ];
  const { error, stderr } = await asc.main([
    'src/engines/tfjs/kernels/index.ts',
    '--outFile',
    out,
    '--baseDir',
    root,
    ...options,
  ]);
  if (error) throw new Error(`kernels: ${stderr.toString()}`);
  // Section 11 is data: at its fixed address it would overwrite what tfjs-backend-wasm keeps there.
  if (sectionIds(await readFile(join(root, out))).includes(11))
    throw new Error('kernels.wasm has a data segment');
}

/** The JSON Schema of configs, for completion and hover in editors: dist/sft.schema.json. */
async function writeSchema() {
  const { configJsonSchema } = await import(pathToFileURL(join(root, 'dist/schema.js')).href);
  await writeFile(
    join(root, 'dist/sft.schema.json'),
    `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`,
  );
}

/** Ids of a WebAssembly binary's sections. */
function sectionIds(bytes) {
  const ids = [];
  let at = 8;
  while (at < bytes.length) {
    ids.push(bytes[at++]);
    let size = 0;
    for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) size |= ((byte = bytes[at++]) & 0x7f) << shift;
    at += size;
  }
  return ids;
}

async function readPackage() {
  return JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
}

/** The Python package as it is, without what its tests and tools leave in it: it needs no build. */
async function copyTorchEngine() {
  const [from, to] = [join(root, 'src/engines/torch'), join(root, 'dist/engines/torch')];
  await rm(to, { recursive: true, force: true });
  if (!existsSync(from)) return;
  await mkdir(to, { recursive: true });
  for (const name of ['README.md', 'pyproject.toml', 'requirements.txt'])
    if (existsSync(join(from, name))) await cp(join(from, name), join(to, name));
  const isSource = async (path) => (await stat(path)).isDirectory() || /\.py$|\/py\.typed$/.test(path);
  await cp(join(from, 'holdfast_torch'), join(to, 'holdfast_torch'), {
    recursive: true,
    filter: async (path) => !/__pycache__|\/\.[^/]+_cache/.test(path) && (await isSource(path)),
  });
}

async function copyWasm() {
  const from = join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist');
  const to = join(root, 'dist/engines/tfjs');
  await mkdir(to, { recursive: true });
  for (const name of ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'])
    await cp(join(from, name), join(to, name));
  await writeFile(join(root, 'dist/package.json'), '{ "type": "module" }\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildAll();
