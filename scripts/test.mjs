// `npm test`: set-up, then every check. The last line counts them all: each static check is one, each test one.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ensureEditor } from './editor.mjs';
import { ensureBuilt, ensureInstalled, root, run, say } from './setup.mjs';
import { ensureTorchEnvironment } from './torch-env.mjs';

await ensureInstalled();
const bin = (name) => join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
const totals = { passed: 0, failed: 0, skipped: 0 };

say('building every program');
await check('build', ensureBuilt);
await check('package', async () => {
  const { packExtension } = await import('./package.mjs');
  await packExtension();
});
// What has to be fetched the first time comes while compilers and linters work.
const prepared = Promise.all([torchEnvironment(), ensureEditor()]);
// Compilers and linters use one core each; the other one is free for Python meanwhile.
await Promise.all([
  staticChecks(),
  prepared.then(([torch]) => (torch === undefined ? undefined : pythonTests(torch))),
]);
const [torch] = await prepared;
await unitTests('vitest.config.ts', 'vitest.json', torch);
await unitTests('vitest.editor.config.ts', 'editor.json', torch);

const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exitCode = totals.failed === 0 ? 0 : 1;

async function staticChecks() {
  // TypeScript 7 takes a sixth of the time; the linter needs the interface of 6, which is installed beside it.
  const tsc = join(root, 'node_modules', 'typescript-7', 'bin', 'tsc');
  for (const room of rooms()) await check(`types of ${room}`, () => run(process.execPath, [tsc, '-p', room]));
  await check('lint', () => run(bin('eslint'), ['.', '--max-warnings', '0']));
  await check('imports and cycles', () =>
    run(bin('depcruise'), ['src', 'webview', 'test', 'bench', '--output-type', 'err']),
  );
  await check('format', () => run(bin('prettier'), ['--check', '--log-level', 'warn', '.']));
}

/** Counts one check: failed if `action` throws or gives an exit code other than 0. */
async function check(name, action) {
  let code;
  try {
    code = (await action()) ?? 0;
  } catch (error) {
    say(String(error?.stack ?? error));
    code = 1;
  }
  if (code === 0) totals.passed++;
  else totals.failed++;
  say(`${code === 0 ? 'ok    ' : 'FAILED'} ${name}`);
}

/** Every folder with its own tsconfig.json: a new room is checked from its first day. */
function rooms() {
  const found = ['.'];
  const visit = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const path = `${folder}/${entry.name}`;
      visit(path);
      // AssemblyScript is checked by its own compiler, in the build.
      if (existsSync(join(root, path, 'tsconfig.json')) && !path.endsWith('/kernels')) found.push(path);
    }
  };
  visit('src');
  return [...found, 'src', 'webview', 'test', 'test/webview', 'bench', 'bench/browser'].filter((folder) =>
    existsSync(join(root, folder, 'tsconfig.json')),
  );
}

async function unitTests(config, file, torch) {
  const out = join(root, 'test', '.out');
  const output = join(out, file);
  rmSync(output, { force: true });
  mkdirSync(out, { recursive: true });
  const args = [
    'run',
    `--config=${config}`,
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${output}`,
  ];
  const python = torch === undefined ? {} : { HOLDFAST_TEST_PYTHON: torch };
  const code = await run(bin('vitest'), args, { env: { ...process.env, HOLDFAST_BUILT: '1', ...python } });
  const report = existsSync(output) ? JSON.parse(readFileSync(output, 'utf8')) : undefined;
  if (report === undefined) {
    totals.failed++;
    return;
  }
  totals.passed += report.numPassedTests;
  totals.failed += report.numFailedTests;
  totals.skipped += report.numPendingTests + report.numTodoTests;
  // A file that cannot even be loaded has no failed test of its own.
  if (code !== 0 && report.numFailedTests === 0) totals.failed++;
}

/** The Python of the torch engine's tests; undefined where there is none, which is said, and where that is a failure, counted. */
async function torchEnvironment() {
  const { python, missing, isBroken } = await ensureTorchEnvironment();
  if (python !== undefined) return python;
  if (isBroken === true) totals.failed++;
  else totals.skipped++;
  say(`${isBroken === true ? 'FAILED' : 'skipped'} the torch engine's own tests: ${missing}`);
  return undefined;
}

/** The Python package: lint, format, types, tests. */
async function pythonTests(python) {
  const engine = join('src', 'engines', 'torch');
  const sources = [engine, join('test', 'engines', 'torch'), join('bench', 'torch')].filter((folder) =>
    existsSync(join(root, folder)),
  );
  const out = join(root, 'test', '.out');
  const ruff = ['--no-cache', '--config', join(engine, 'pyproject.toml'), ...sources];
  const env = {
    ...process.env,
    PYTHONPATH: join(root, engine),
    PYTHONDONTWRITEBYTECODE: '1',
    HOLDFAST_BUILT: '1',
    HOLDFAST_TEST_PYTHON: python,
  };
  const tool = (name, args, options = {}) => run(python, ['-m', name, ...args], { env, ...options });
  await check('lint of the torch engine', () => tool('ruff', ['check', '--quiet', ...ruff]));
  await check('format of the torch engine', () => tool('ruff', ['format', '--check', '--quiet', ...ruff]));
  await check('types of the torch engine', () =>
    tool('mypy', ['--strict', '--no-error-summary', '--cache-dir', join(out, 'mypy'), 'holdfast_torch'], {
      cwd: join(root, engine),
    }),
  );
  // By its function: the script of an environment that was moved still names the place it was made in.
  const linter = 'from importlinter.cli import lint_imports_command as lint; lint()';
  await check('imports of the torch engine', () =>
    run(python, ['-c', linter, '--no-cache', '--config', 'pyproject.toml'], { env, cwd: join(root, engine) }),
  );
  await pytest(tool, join(out, 'pytest.xml'));
}

async function pytest(tool, report) {
  rmSync(report, { force: true });
  // A file stays with one worker: what its tests share is made once.
  const workers = ['-n', String(Math.min(4, availableParallelism())), '--dist', 'loadfile'];
  const options = ['-q', '-p', 'no:cacheprovider', ...workers, `--junitxml=${report}`];
  const code = await tool('pytest', [...options, join('test', 'engines', 'torch')]);
  const suites = existsSync(report) ? [...readFileSync(report, 'utf8').matchAll(/<testsuite [^>]*>/g)] : [];
  const count = (name) =>
    suites.reduce((sum, [text]) => sum + Number(new RegExp(` ${name}="(\\d+)"`).exec(text)?.[1] ?? 0), 0);
  const failed = count('failures') + count('errors');
  totals.failed += failed;
  totals.skipped += count('skipped');
  totals.passed += count('tests') - failed - count('skipped');
  // What cannot even be collected has no failed test of its own.
  if (code !== 0 && failed === 0) totals.failed++;
}
