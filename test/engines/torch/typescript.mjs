// What the TypeScript engine makes of the same input, for golden tests: tasks come as JSON, answers go as JSON.
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createRandom, shuffled } from '../../../src/base/random.ts';
import { loraModules, loraTargets } from '../../../src/config/loraModules.ts';
import { compileChatTemplate } from '../../../src/data/chatTemplate.ts';
import { encodeRow } from '../../../src/data/encode.ts';
import { isAccepted, majorityShare, normaliseQuestion, withoutTrained } from '../../../src/data/knowledge.ts';
import { chooseTrainable } from '../../../src/data/parameterGroups.ts';
import { parseRows } from '../../../src/data/parseRows.ts';
import { readTokenizer } from '../../../src/data/tokenizer.ts';
import { answersOf, fewShotPrompts, isAsking, questionOf, wordRow } from '../../../src/data/wording.ts';
import { encodeRows, loadRows } from '../../../src/engines/tfjs/run/dataFiles.ts';
import {
  epochOrder,
  paddingShare,
  rowsOfEpoch,
  stepsPerEpoch,
} from '../../../src/engines/tfjs/training/batches.ts';
import { resolveInside } from '../../../src/folder/contain.ts';
import { tryDeviceLock } from '../../../src/folder/deviceLock.ts';
import { tryLock } from '../../../src/folder/exclusiveLock.ts';
import { identityOf, livenessOf } from '../../../src/folder/identity.ts';
import { runPaths } from '../../../src/folder/layout.ts';
import { decodeEventLine } from '../../../src/protocol/decode.ts';
import { encodeJson } from '../../../src/protocol/numbers.ts';
import { RunConfigSchema } from '../../../src/protocol/runConfig.ts';

const tokenizers = new Map();
function tokenizerOf(folder) {
  if (!tokenizers.has(folder)) {
    const read = (name) =>
      existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined;
    tokenizers.set(folder, readTokenizer(read, folder));
  }
  return tokenizers.get(folder);
}

const rowsOf = (path) => parseRows(readFileSync(path, 'utf8'), basename(path)).rows;

function attempt(work) {
  try {
    return work();
  } catch (error) {
    return { code: error.code, message: error.message };
  }
}

const tasks = {
  random: (seed, names) => {
    const random = createRandom(seed, ...names);
    return {
      uniform: Array.from({ length: 20 }, () => random.uniform()),
      below: Array.from({ length: 50 }, () => random.below(1_000)),
      normal: Array.from({ length: 20 }, () => random.normal()),
      shuffled: shuffled([...Array(100).keys()], random),
    };
  },
  order: (lengths, plan, epoch) => {
    const order = epochOrder(lengths, plan, epoch);
    return { order, steps: stepsPerEpoch(lengths.length, plan), padding: paddingShare(lengths, order) };
  },
  rowsOfEpoch: (groups, seed, epoch) => rowsOfEpoch(groups, seed, epoch),
  parse: (text, name) => parseRows(text, name),
  parseFile: (path) => parseRows(readFileSync(path).toString('utf8'), basename(path)),
  loadRows: (path, fingerprints) => attempt(() => loadRows(path, fingerprints)),
  wordings: (path, template) =>
    rowsOf(path)
      .filter(isAsking)
      .map((row) => ({ ...wordRow(row, template), question: questionOf(row), answers: answersOf(row) })),
  fewShot: (path, seed, count, exemplars) => {
    const pool = rowsOf(path).filter(isAsking);
    const random = createRandom(seed, 'few-shot');
    return pool.slice(0, 40).map((row) => fewShotPrompts(row, pool, count, exemplars, random));
  },
  knowledge: (text, answers) => {
    const rows = parseRows(text, 'x').rows.filter(isAsking);
    return {
      normalised: rows.map((row) => normaliseQuestion(questionOf(row))),
      accepted: rows.map((row) => answers.map((answer) => isAccepted(answer, row))),
      majority: majorityShare(rows),
      untouched: withoutTrained(rows, rows.slice(0, 3)).map(({ id }) => id),
    };
  },
  tokenizer: (folder, texts) => {
    const tokenizer = tokenizerOf(folder);
    return {
      texts: texts.map((text) => ({
        start: tokenizer.encodeStart(text),
        rest: tokenizer.encodeRest(text),
        rendered: tokenizer.encodeRendered(text),
        decoded: tokenizer.decode(tokenizer.encodeStart(text)),
      })),
      special: [...Array(tokenizer.size).keys()].filter((id) => tokenizer.isSpecial(id)),
      newlines: [...tokenizer.newlineTokenIds].sort((a, b) => a - b),
      eos: tokenizer.eosTokenId,
      size: tokenizer.size,
    };
  },
  encode: (path, folder, settings) =>
    rowsOf(path).map((row) => encodeRow(row, tokenizerOf(folder), settings)),
  encodeRows: (text, folder, settings) =>
    attempt(() => encodeRows(parseRows(text, 'x').rows, tokenizerOf(folder), settings)),
  template: (source, messages) => {
    const template = compileChatTemplate(source, { bos_token: '<s>', eos_token: '</s>' });
    return 'problem' in template ? template : template.render(messages, true);
  },
  trainable: (names, freeze) => chooseTrainable(names, freeze ?? undefined),
  lora: (model, targets) =>
    loraTargets({ lora: { target_modules: targets } }, loraModules(model)).map(({ reaches }) => reaches),
  config: (input) => RunConfigSchema.parse(input),
  events: (lines) => lines.map((line) => decodeEventLine(line)),
  encodeJson: (line) => encodeJson(decodeEventLine(line).event),
  identity: (pid) => identityOf(pid) ?? null,
  liveness: (identity) => livenessOf(identity),
  lock: (path, folder) => lockResult(tryLock(path, folder)),
  deviceLock: (device, folder, places) => lockResult(tryDeviceLock(device, folder, places)),
  paths: (folder) => runPaths(folder),
  inside: (folder, paths) => paths.map((path) => resolveInside(folder, path) ?? null),
};

/** Never released: when this program ends, its locks are stale. */
function lockResult(result) {
  return 'lock' in result ? { locked: true } : { locked: false, holder: result.holder ?? null };
}

const asked = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(asked.map(([task, ...args]) => tasks[task](...args) ?? null)));
