// Writes what follows from the code: the list of all rules, and the reference page of diagnostics. `npm test` compares both.
import { Buffer } from 'node:buffer';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';

const root = fileURLToPath(new URL('..', import.meta.url));
const RULES = 'src/config/rules';
/** What lies beside the rules and is none. */
const NO_RULES = new Set(['rule.ts', 'examples.ts', 'index.ts']);

/** A rule is a file that exports one: `export const warmupTooLong = defineRule(...)`, or `: Rule = {`. */
export async function rulesRegistry() {
  const rules = [];
  for (const name of await ruleFiles()) {
    const source = await readFile(join(root, RULES, name), 'utf8');
    const match = /^export const (\w+)(?: = defineRule\(|: Rule = )/m.exec(source);
    if (match === null) throw new Error(`${RULES}/${name} exports no rule`);
    rules.push({ file: name, name: match[1] });
  }
  const lines = [
    '// Written by scripts/generate.mjs from the files beside it: a new rule is a new file and `npm run generate`.',
    ...rules.map(({ file, name }) => `import { ${name} } from './${file}';`),
    "import type { Rule } from './rule.ts';",
    '',
    '/** Everything a config is checked for. */',
    'export const RULES: readonly Rule[] = [',
    ...rules.map(({ name }) => `  ${name},`),
    '];',
  ];
  return `${lines.join('\n')}\n`;
}

/** The pages of docs/, by path, from the code as it stands. */
export async function referencePages() {
  const names = (await ruleFiles()).map((name) => `./${RULES}/${name}`);
  const contents = [
    "export { diagnosticsReference } from './src/config/reference.ts';",
    "export { settingsReference } from './src/config/language/index.ts';",
    ...names.map((name, index) => `import * as rule${index} from '${name}';`),
    `export const modules = [${names.map((_, index) => `rule${index}`).join(', ')}];`,
  ].join('\n');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // For the CommonJS package inside it: code from a data: address has no place to require from.
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire('${import.meta.url}');`,
    },
    logLevel: 'error',
  });
  const source = Buffer.from(outputFiles[0].contents).toString('base64');
  const { diagnosticsReference, settingsReference, modules } = await import(
    `data:text/javascript;base64,${source}`
  );
  const rules = modules.map(({ examples, ...exported }) => ({
    examples,
    rule: Object.values(exported).find((value) => typeof value?.check === 'function'),
  }));
  const pages = {
    'docs/diagnostics.md': diagnosticsReference(rules),
    'docs/settings.md': settingsReference(),
  };
  const formatted = Object.entries(pages).map(async ([path, text]) => [
    path,
    await format(text, { ...(await resolveConfig(join(root, path))), parser: 'markdown' }),
  ]);
  return Object.fromEntries(await Promise.all(formatted));
}

async function ruleFiles() {
  const names = (await readdir(join(root, RULES))).filter((name) => name.endsWith('.ts')).sort();
  return names.filter((name) => !NO_RULES.has(name));
}

export async function generate() {
  await writeIfChanged(join(root, RULES, 'index.ts'), await rulesRegistry());
  await mkdir(join(root, 'docs'), { recursive: true });
  for (const [path, text] of Object.entries(await referencePages()))
    await writeIfChanged(join(root, path), text);
}

async function writeIfChanged(path, text) {
  if (existsSync(path) && (await readFile(path, 'utf8')) === text) return;
  await writeFile(path, text);
}

// The list of rules comes first: what a page is made of must be registered.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await generate();
