// A real child process that speaks the protocol without training anything, and misbehaves on request:
//
//   node fakeEngine.mjs [flags] <run folder> --token <token>
//
//   --steps N            optimizer steps (5)             --step-ms N      pause after each step (20)
//   --exit-early CODE    print a complaint and exit before anything is written
//   --refuse TEXT        print why it will not begin, and exit with 2
//   --fail-early TEXT    write a `failed` event and exit before process.json
//   --hang               never write process.json        --deaf           never look at commands
//   --ignore-sigterm     go on after SIGTERM             --grandchild     start a child that ignores SIGTERM (grandchild.pid)
//   --kill-at STEP       end itself by SIGKILL           --tear-at STEP   the same, leaving a torn last line
//   --fail-at STEP       end with a `failed` event       --foreign PID    claim to be that process
//   --garbage            print noise, and lines into events.jsonl that are no events
//   --flood              a line of 2 MB in events.jsonl
import { Buffer } from 'node:buffer';
import { execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { setInterval } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const text = { type: 'string' };
const flag = { type: 'boolean' };
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    token: text,
    steps: { ...text, default: '5' },
    'step-ms': { ...text, default: '20' },
    'exit-early': text,
    refuse: text,
    'fail-early': text,
    hang: flag,
    deaf: flag,
    'ignore-sigterm': flag,
    grandchild: flag,
    'kill-at': text,
    'tear-at': text,
    'fail-at': text,
    foreign: text,
    garbage: flag,
    flood: flag,
  },
});
const folder = positionals.at(-1);
const inFolder = (...names) => join(folder, ...names);
const read = (name) => (fs.existsSync(inFolder(name)) ? fs.readFileSync(inFolder(name), 'utf8') : '');

function identityOf(pid) {
  const linux = process.platform === 'linux';
  const start = linux ? statFields(pid)[19] : ps(pid, 'lstart');
  const boot = linux
    ? fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    : execFileSync('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).trim();
  return { pid, process_start: start, hostname: hostname(), boot_id: boot };
}

function statFields(pid) {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function ps(pid, column) {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8', env }).trim();
}

function writeByRename(name, value) {
  fs.writeFileSync(inFolder(`.${name}.tmp`), JSON.stringify(value));
  fs.renameSync(inFolder(`.${name}.tmp`), inFolder(name));
}

/** Good enough for a fake: the real engines use folder/exclusiveLock. */
function lock() {
  try {
    const holder = { ...identityOf(process.pid), token: options.token, folder };
    fs.writeFileSync(inFolder('engine.lock'), JSON.stringify(holder), { flag: 'wx' });
  } catch {
    if (holderLives()) {
      refuse(`Another engine works in ${folder}: stop it first.`);
    }
    fs.rmSync(inFolder('engine.lock'), { force: true });
    lock();
  }
}

function refuse(sentence) {
  console.error(sentence);
  process.exit(2);
}

function holderLives() {
  const content = read('engine.lock');
  if (content === '') return true;
  try {
    const holder = JSON.parse(content);
    return identityOf(holder.pid).process_start === holder.process_start;
  } catch {
    return false;
  }
}

let seq = 0;
function say(type, fields) {
  const line = JSON.stringify({ seq: seq++, time: new Date().toISOString(), type, ...fields });
  fs.appendFileSync(inFolder('events.jsonl'), `${line}\n`);
}

function end(code) {
  fs.rmSync(inFolder('engine.lock'), { force: true });
  process.exit(code);
}

const score = (correct, lost) => ({ correct, total: 10, lost, gained: 0 });
function evaluate(step, trigger) {
  const scores = { held: score(9, 1), known: score(10, 0), new: score(5, 0) };
  const measured = { forgetting: 0.1, reference_step: 0, eval_loss: null, drift: {}, kl_to_base: null };
  say('evaluated', {
    step,
    epoch: step / 10,
    trigger,
    decoded: false,
    ...scores,
    probes: {},
    ...measured,
    probe_file: null,
    duration: 0.01,
  });
}

function save(step) {
  const path = `checkpoints/step-${String(step).padStart(8, '0')}`;
  fs.mkdirSync(inFolder(path), { recursive: true });
  fs.writeFileSync(inFolder(path, 'config.json'), '{}');
  say('saved', { step, path, bytes: 2, best: false });
}

const ignored = new Set();
/** Answers what hosts asked since the last look. Resolves when it is time to go on. */
async function obey(step) {
  let paused = false;
  do {
    for (const file of fs
      .readdirSync(inFolder('commands'))
      .filter((name) => name.endsWith('.json') && !ignored.has(name))) {
      ignored.add(file);
      const { command, reason = '' } = JSON.parse(fs.readFileSync(inFolder('commands', file), 'utf8'));
      say('acknowledged', { command: basename(file, '.json'), accepted: true, reason: null, name: command });
      if (command === 'stop') {
        save(step);
        say('stopped', { step, reason });
        end(0);
      }
      if (command === 'pause' || command === 'continue') {
        paused = command === 'pause';
        say(paused ? 'paused' : 'continued', { step, reason });
      }
      if (command === 'save') save(step);
      if (command === 'evaluate') evaluate(step, 'command');
    }
    if (paused) await sleep(20);
  } while (paused);
}

function fail(message) {
  say('failed', { code: 'fake.failure', message, detail: '' });
}

function resumePoint() {
  const whole = read('events.jsonl').replace(/[^\n]*$/, '');
  if (fs.existsSync(inFolder('events.jsonl')))
    fs.truncateSync(inFolder('events.jsonl'), Buffer.byteLength(whole));
  const steps = [...whole.matchAll(/"type":"saved","step":(\d+)/g)];
  seq = whole.split('\n').length - 1;
  return Number(steps.at(-1)?.[1] ?? 0);
}

function misbehaveAt(step) {
  if (options['fail-at'] === String(step)) {
    fail('The fake engine failed as it was told to; leave out --fail-at.');
    end(1);
  }
  const tears = options['tear-at'] === String(step);
  if (tears) fs.appendFileSync(inFolder('events.jsonl'), `{"seq":${seq},"time":"2026-01-01T00:0`);
  if (tears || options['kill-at'] === String(step)) process.kill(process.pid, 'SIGKILL');
}

function claimProcess() {
  const attempt = 1 + (JSON.parse(read('process.json') || '{}').attempt ?? 0);
  const identity = identityOf(Number(options.foreign ?? process.pid));
  const engine = { protocol: '1.0', token: options.token, engine: 'fake', engine_version: '0', attempt };
  writeByRename('process.json', { ...identity, ...engine });
  const touch = () => fs.writeFileSync(inFolder('heartbeat'), '');
  touch();
  setInterval(touch, 2000).unref();
  return attempt;
}

function startGrandchild() {
  const script =
    "process.on('SIGTERM', () => {}); process.stdout.write('ready'); setInterval(() => {}, 1000)";
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  // Its number is written when it has become deaf to SIGTERM, not before.
  child.stdout.once('data', () => fs.writeFileSync(inFolder('grandchild.pid'), String(child.pid)));
}

function makeNoise() {
  console.log('{"type":"stepped","step":1}');
  console.error('\u001b[31mnoise\u001b[0m \u0000');
  fs.appendFileSync(
    inFolder('events.jsonl'),
    'this is no event\n{"type":"unheard_of"}\n{"type":"stepped","step":"x"}\n',
  );
}

function greet(attempt, resumed) {
  const device = { name: 'nothing', kind: 'cpu', memory_bytes: 0 };
  const engine = { engine: 'fake', engine_version: '0', versions: {}, pid: process.pid, device };
  say('hello', { protocol: '1.0', attempt, ...engine, backend: 'none', dtype: 'float32', world_size: 1 });
  const sizes = {
    steps_per_epoch: 10,
    snapshot_steps: 0,
    num_rows: 100,
    num_train_tokens: 1000,
    effective_batch_size: 10,
  };
  const parameters = { gradient_accumulation_steps: 1, num_parameters: 1000, num_trainable_parameters: 1000 };
  say('started', { total_steps: Number(options.steps), ...sizes, ...parameters, resumed_from_step: resumed });
}

async function main() {
  console.log('a library prints a banner');
  if (options['exit-early'] !== undefined) {
    console.error('ModuleNotFoundError: no module named torch');
    process.exit(Number(options['exit-early']));
  }
  if (options.refuse !== undefined) refuse(options.refuse);
  if (options['fail-early'] !== undefined) {
    fail(options['fail-early']);
    process.exit(1);
  }
  if (options['ignore-sigterm']) process.on('SIGTERM', () => undefined);
  if (options.hang) {
    if (options.grandchild) startGrandchild();
    await sleep(600_000);
  }

  lock();
  const resumed = resumePoint();
  for (const name of fs.readdirSync(inFolder('commands'))) ignored.add(name);
  if (options.grandchild) startGrandchild();
  greet(claimProcess(), resumed);
  if (options.garbage) makeNoise();
  if (options.flood)
    fs.appendFileSync(inFolder('events.jsonl'), `{"type":"warned","message":"${'x'.repeat(2_000_000)}"}\n`);
  await train(resumed);
}

async function train(resumed) {
  const steps = Number(options.steps);
  for (let step = resumed + 1; step <= steps; step++) {
    const losses = {
      loss: 1 / step,
      ce_loss: 1 / step,
      kd_loss: 0,
      penalties: {},
      num_ce_tokens: 50,
      num_kd_tokens: 0,
    };
    const pace = {
      learning_rate: 1e-4,
      grad_norm: 1,
      num_input_tokens_seen: 100 * step,
      tokens_per_second: 1000,
      memory_bytes: 0,
    };
    say('stepped', { step, epoch: step / 10, phase: 'main', ...losses, ...pace });
    misbehaveAt(step);
    if (!options.deaf) await obey(step);
    await sleep(Number(options['step-ms']));
  }
  evaluate(steps, 'end');
  save(steps);
  say('finished', { step: steps, duration: 0.1, best_step: steps, summary: {} });
  end(0);
}

await main();
