// What the editor tests need: a real VS Code (code-server, run by the Node it asks for) and a Chromium to show it in.
// It lives in a cache outside the tree, so that every checkout shares one; only Node's own modules here, see setup.mjs.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { run, say } from './setup.mjs';

const CODE_SERVER = '4.139.1';
const NODE = '24.21.0';
/** Count up when a step below changes: the folder of the older steps is then left alone and a new one made. */
const STEPS = 1;
const HOUR = 3_600_000;
/** What they print is about us: not part of what our own program prints. */
const STDIO = ['ignore', 2, 2];
const NPM = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/** `{ codeServer, node, chromium }`, paths of what to run, or `{ missing }`: one sentence, what and how to get it. */
export async function ensureEditor() {
  const nodePackage = `node-linux-${process.arch}`;
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    const here = `${process.platform} ${process.arch}`;
    return { missing: `the editor tests need Linux on x64 or arm64, this is ${here}: run them there` };
  }
  const chromium = await ensureChromium();
  if (chromium.missing !== undefined) return chromium;
  const folder = join(cacheFolder(), `vscode-${CODE_SERVER}-${STEPS}`);
  if (!isWhole(folder, nodePackage)) {
    const failed = await install(folder, nodePackage);
    if (failed !== undefined) return { missing: failed };
  }
  return { ...programs(folder, nodePackage), chromium: chromium.path };
}

function cacheFolder() {
  const { HOLDFAST_CACHE: ours, XDG_CACHE_HOME: everyones } = process.env;
  return ours || join(everyones || join(homedir(), '.cache'), 'holdfast');
}

function programs(folder, nodePackage) {
  return {
    codeServer: join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js'),
    node: join(folder, 'node_modules', nodePackage, 'bin', 'node'),
  };
}

/** The folder appears by one rename, so its parts are all there unless someone took them away later. */
function isWhole(folder, nodePackage) {
  return [...Object.values(programs(folder, nodePackage)), spdlog(folder)].every((path) => existsSync(path));
}

/** Builds in a sibling of its own, then renames: whoever is killed or comes second leaves the folder as it is. */
async function install(folder, nodePackage) {
  say('installing VS Code (code-server) for the editor tests, once: about half a minute, 800 MB');
  let building;
  try {
    mkdirSync(dirname(folder), { recursive: true });
    removeAbandoned(folder);
    building = mkdtempSync(`${folder}.building-`);
    const failed = await build(building, nodePackage);
    if (failed !== undefined) return failed;
    moveInto(folder, building, nodePackage);
    say(`VS Code is in ${folder}`);
    return undefined;
  } catch (error) {
    return `VS Code could not be put into ${folder} (${error.message}): make room there, or set HOLDFAST_CACHE to another folder`;
  } finally {
    if (building !== undefined) rmSync(building, { recursive: true, force: true });
  }
}

async function build(folder, nodePackage) {
  const packages = { 'code-server': CODE_SERVER, [nodePackage]: NODE };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
  const npmFailed = (code) =>
    `VS Code could not be installed, npm ended with ${code}: check the network or the npm registry settings, then try again`;
  const outer = await run('npm', NPM, { cwd: folder, stdio: STDIO });
  if (outer !== 0) return npmFailed(outer);
  const server = join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  const inner = await run('npm', [...NPM, '--omit=dev'], { cwd: server, stdio: STDIO });
  if (inner !== 0) return npmFailed(inner);
  writeFileSync(spdlog(folder), SPDLOG);
  const { node } = programs(folder, nodePackage);
  const tried = spawnSync(node, ['--version'], { encoding: 'utf8' });
  if (tried.stdout?.trim() === `v${NODE}`) return undefined;
  return `the Node that VS Code needs (${nodePackage} ${NODE}) does not run here: the editor tests need a Linux with glibc`;
}

function moveInto(folder, building, nodePackage) {
  try {
    if (existsSync(folder) && !isWhole(folder, nodePackage)) {
      const broken = mkdtempSync(`${folder}.building-`);
      renameSync(folder, join(broken, 'broken'));
      rmSync(broken, { recursive: true, force: true });
    }
    renameSync(building, folder);
  } catch (error) {
    // Somebody else finished first: theirs is the same.
    if (!isWhole(folder, nodePackage)) throw error;
  }
}

/** What killed installs left. An hour: no install takes that long, so nobody is working there. */
function removeAbandoned(folder) {
  for (const name of readdirSync(dirname(folder))) {
    const path = join(dirname(folder), name);
    if (!name.startsWith(`${basename(folder)}.building-`)) continue;
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age > HOUR) rmSync(path, { recursive: true, force: true });
  }
}

/** `{ path }` of a Chromium, installed where that is possible, or `{ missing }`: one sentence, what and how to get it. */
export async function ensureChromium() {
  const named = process.env.HOLDFAST_CHROMIUM;
  if (named !== undefined && named !== '') {
    if (isProgram(named)) return { path: named };
    return { missing: `HOLDFAST_CHROMIUM names ${named}, which is no program: name a Chromium, or unset it` };
  }
  const found = findChromium();
  if (found !== undefined) return { path: found };
  const how = 'install the package "chromium", or set HOLDFAST_CHROMIUM to the path of a Chromium or Chrome';
  if (process.getuid?.() !== 0 || onPath('apt-get') === undefined) {
    return { missing: `the editor tests need Chromium: ${how}` };
  }
  const path = await installChromium();
  return path === undefined ? { missing: `apt-get could not install Chromium: ${how}` } : { path };
}

async function installChromium() {
  say('installing Chromium for the editor tests (apt-get install chromium), once: about a minute');
  const quiet = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: STDIO };
  const wait = ['-qq', '-o', 'DPkg::Lock::Timeout=300'];
  // An update that fails is no end: lists from an earlier one may do.
  await run('apt-get', [...wait, 'update'], quiet);
  const packages = ['chromium', 'fonts-dejavu-core'];
  await run('apt-get', [...wait, 'install', '-y', '--no-install-recommends', ...packages], quiet);
  const path = findChromium();
  // Ubuntu's package of that name only points to a snap, which a container cannot run.
  if (path === undefined || spawnSync(path, ['--version']).status !== 0) return undefined;
  return path;
}

function findChromium() {
  return ['chromium', 'chromium-browser', 'google-chrome'].map(onPath).find((path) => path !== undefined);
}

function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function spdlog(folder) {
  const server = join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  return join(server, 'node_modules', '@vscode', 'spdlog', 'index.js');
}

/**
 * Stands in for VS Code's compiled log writer, so that no compiler is needed; without one every Output channel stays
 * empty. Named one by one because VS Code reads it with import(), which does not see the keys of an object.
 */
const SPDLOG = `'use strict';
const { appendFileSync, mkdirSync } = require('node:fs');
const { dirname } = require('node:path');
const names = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];
class Logger {
  constructor(kind, name, file) { this.file = file; this.level = 2; this.plain = false; }
  write(level, text) {
    if (level < this.level) return;
    const time = new Date().toISOString().replace('T', ' ').slice(0, 23);
    const line = this.plain ? text : time + ' [' + names[level] + '] ' + text + '\\n';
    try { appendFileSync(this.file, line); } catch { /* the folder of a test is gone before the last line */ }
  }
  trace(text) { this.write(0, text); }
  debug(text) { this.write(1, text); }
  info(text) { this.write(2, text); }
  warn(text) { this.write(3, text); }
  error(text) { this.write(4, text); }
  critical(text) { this.write(5, text); }
  getLevel() { return this.level; }
  setLevel(level) { this.level = level; }
  setPattern() { this.plain = false; }
  clearFormatters() { this.plain = true; }
  flush() {}
  drop() {}
}
async function create(name, file) {
  mkdirSync(dirname(file), { recursive: true });
  return new Logger('rotating', name, file);
}
exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
`;
