// What has to be there before anything else runs; only Node's own modules, because nothing is installed yet.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from 'node:child_process';

export const root = fileURLToPath(new URL('..', import.meta.url));
const MIN_NODE = [20, 12];

/** Installs the locked packages unless exactly those are installed. Says what it does; works offline once done. */
export async function ensureInstalled() {
  refuseOldNode();
  const lock = readFileSync(join(root, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  const stamp = join(root, 'node_modules', '.holdfast-installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('installing packages (npm ci), once: about half a minute');
  const code = await run(npm(), ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) {
    say(`npm ci ended with ${code}: check the network or the npm registry settings, then try again.`);
    process.exit(2);
  }
  writeFileSync(stamp, wanted);
}

/** Builds every program unless what they are made of is older than what was built of it. */
export async function ensureBuilt() {
  const stamp = join(root, 'dist', '.built');
  const sources = ['src', 'webview', 'bench', 'test/tensorflow.ts', 'scripts/build.mjs', 'package-lock.json'];
  const newest = Math.max(...sources.map((source) => newestIn(join(root, source))));
  if (existsSync(stamp) && statSync(stamp).mtimeMs > newest) return;
  say('building');
  const { buildAll } = await import('./build.mjs');
  await buildAll();
  writeFileSync(stamp, '');
}

/** When the youngest file below was written, ms. */
function newestIn(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}

/** Runs a program with our terminal; resolves with its exit code. */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: 'inherit',
      shell: process.platform === 'win32' && command.endsWith('.cmd'),
      ...options,
    });
    // Ctrl-C goes to the whole foreground group: the child decides what it means, we wait for it.
    const ignore = () => undefined;
    process.on('SIGINT', ignore);
    child.on('error', (error) => {
      say(`${command} could not be started: ${error.message}`);
      resolve(127);
    });
    child.on('close', (code, signal) => {
      process.off('SIGINT', ignore);
      resolve(code ?? (signal === null ? 1 : 128));
    });
  });
}

export function say(text) {
  process.stderr.write(`holdfast: ${text}\n`);
}

function npm() {
  return process.platform === 'win32' ? 'npm.cmd' : 'npm';
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])) return;
  say(
    `Node ${process.versions.node} is too old: install Node ${MIN_NODE.join('.')} or newer from nodejs.org.`,
  );
  process.exit(2);
}
