import { inTurn, removeSetting, renameKey, replaceValue, setSetting } from '../edits.ts';
import { MAX_FINDINGS } from '../limits.ts';
import { keyRange, type ParsedConfig } from '../parse.ts';
import { formatPath, isBlock, valueAt, type Path } from '../path.ts';
import type { Setting } from '../peers/readEntry.ts';
import { flowText } from '../peers/tell.ts';
import type { Fix } from '../problem.ts';
import { keysAt } from '../schemaAt.ts';
import { adviseUnknownKey, type Advice } from '../unknownKeyAdvice.ts';
import { showPath } from '../wording.ts';
import type { Examples } from './examples.ts';
import { isReserved } from './reservedKey.ts';
import { defineRule } from './rule.ts';

/** A misspelt setting that is ignored costs a whole run; so every key must be known. */
export const unknownKey = defineRule({
  code: 'config.unknown-key',
  level: 'error',
  side: 'shape',
  what: 'A key is no setting of Holdfast: misspelt, in the wrong block, or another trainer’s.',
  why: 'A misspelt setting that is ignored costs a whole run.',
  cure: 'Take the name that is proposed, or delete the key.',
  find: ({ parsed }) => [...parsed.entries.values()].map(({ path }) => path).filter(isUnknown),
  tell: (path, { parsed, about }) => {
    const advice = adviseUnknownKey(path, parsed.value, about.depth());
    const range = keyRange(parsed, path);
    const isThere = advice.rename !== undefined && isSet(parsed, [...path.slice(0, -1), advice.rename]);
    const cure = isThere ? `delete it, \`${advice.rename ?? ''}\` is set already` : advice.cure;
    const fixes = isThere ? [deletion(parsed, path)] : fixesFor(parsed, path, advice);
    return { path, range, message: unknownKeyMessage(path, cure), fixes };
  },
});

/** One sentence about the unknown key at `path`; `cure` follows the colon. */
export function unknownKeyMessage(path: Path, cure: Advice['cure']): string {
  return `${showPath(path)} is not a setting of Holdfast: ${cure}${/[.?]$/.test(cure) ? '' : '.'}`;
}

/** Whether an unknown key beside `path` was meant to be it. */
export function isMisspelt(parsed: ParsedConfig, path: Path): boolean {
  const block = path.slice(0, -1);
  const siblings = Object.keys(valueAt(parsed.value, block) ?? {}).map((key) => [...block, key]);
  return siblings
    .filter(isUnknown)
    .slice(0, MAX_FINDINGS)
    .map((sibling) => adviseUnknownKey(sibling, parsed.value))
    .some(
      ({ rename, instead = [] }) =>
        rename === path.at(-1) || instead.some(({ path: ours }) => formatPath(ours) === formatPath(path)),
    );
}

function isUnknown(path: Path): boolean {
  const key = path.at(-1);
  if (typeof key !== 'string' || (path.length === 1 && isReserved(key))) return false;
  // Undefined below an unknown key, and where a block stands that must be a number: one complaint is enough.
  const keys = keysAt(path.slice(0, -1));
  return keys !== undefined && !keys.includes(key);
}

function fixesFor(parsed: ParsedConfig, path: Path, { rename, instead, isUseless }: Advice): Fix[] {
  if (rename !== undefined)
    return [{ title: `Change to ${rename}`, edits: [renameKey(parsed, path, rename)], isCertain: true }];
  if (instead !== undefined) return [translation(parsed, path, instead)];
  return isUseless === true ? [deletion(parsed, path)] : [];
}

/** What it asked for is not to be had, so somebody should have read that. */
function deletion(parsed: ParsedConfig, path: Path): Fix {
  return { title: `Delete ${String(path.at(-1))}`, edits: [removeSetting(parsed, path)], isCertain: false };
}

/** Another trainer's setting in our words: in its place where it is one of the same block, else where ours belong. */
function translation(parsed: ParsedConfig, path: Path, settings: readonly Setting[]): Fix {
  const [first, ...more] = settings;
  if (first === undefined)
    return { title: `Delete ${String(path.at(-1))}`, edits: [removeSetting(parsed, path)], isCertain: true };
  const title = `Change to ${settings.map(({ path: ours, value }) => `${formatPath(ours)}: ${flowText(value)}`).join(', ')}`;
  const isBeside = formatPath(first.path.slice(0, -1)) === formatPath(path.slice(0, -1));
  const isFree = isBeside && more.length === 0 && !isSet(parsed, first.path);
  const name = String(first.path.at(-1));
  const edits = isFree
    ? [renameKey(parsed, path, name), replaceValue(parsed, path, flowText(first.value))]
    : [
        inTurn(parsed, [
          ...settings.map(
            (setting) => (now: ParsedConfig) => setSetting(now, setting.path, flowText(setting.value)),
          ),
          (now) => removeSetting(now, path),
        ]),
      ];
  return { title, edits, isCertain: true };
}

function isSet(parsed: ParsedConfig, path: Path): boolean {
  const block = valueAt(parsed.value, path.slice(0, -1));
  return isBlock(block) && Object.hasOwn(block, path.at(-1) ?? '');
}

export const examples: Examples = {
  good: [
    { text: 'seed: 1\n' },
    // Planned, which another rule says.
    { text: 'replay: {}\n' },
    // A value of the wrong type has no keys to be known.
    { text: 'seed: {a: 1}\n' },
  ],
  bad: [
    {
      text: 'learning-rate: 1.0e-4  # slowly\n',
      says: ['`learning-rate` is not a setting of Holdfast: did you mean `learning_rate`?'],
      fixed: 'learning_rate: 1.0e-4  # slowly\n',
    },
    {
      text: 'probes: {"max_fact": 10}\n',
      says: ['`probes.max_fact` is not a setting of Holdfast: did you mean `max_facts`?'],
      fixed: 'probes: {"max_facts": 10}\n',
    },
    {
      text: 'max_facts: 10\n',
      says: ['`max_facts` is not a setting of Holdfast: write `max_facts` inside the block `probes`.'],
    },
    {
      text: 'micro_batch_size: 4\n',
      says: [
        '`micro_batch_size` is not a setting of Holdfast: did you mean `per_device_train_batch_size`, as it is called here?',
      ],
      fixed: 'per_device_train_batch_size: 4\n',
    },
    {
      text: 'lr: 1.0e-4\nlearning_rate: 5.0e-5\n',
      says: ['`lr` is not a setting of Holdfast: delete it, `learning_rate` is set already.'],
      fixed: 'learning_rate: 5.0e-5\n',
    },
    // The depth is the model's own.
    {
      text: 'freeze_trainable_layers: 1\n',
      world: { model: {} },
      says: [
        '`freeze_trainable_layers` is not a setting of Holdfast: `freeze_trainable_layers: 1` of LLaMA-Factory is `freeze.trainable_groups: ["layers 1-1"]` here.',
      ],
      fixed: 'freeze: {trainable_groups: ["layers 1-1"]}\n',
    },
    // Of a model that is called as another trainer calls it as well.
    {
      text: 'version: 1\nbase_model: model\ntrain_file: rows.jsonl\nfreeze_trainable_layers: 1\n',
      isWhole: true,
      world: { model: {} },
      says: [
        '`base_model` is not a setting of Holdfast: did you mean `model_name_or_path`, as it is called here?',
        '`freeze_trainable_layers` is not a setting of Holdfast: `freeze_trainable_layers: 1` of LLaMA-Factory is `freeze.trainable_groups: ["layers 1-1"]` here.',
      ],
      fixed:
        'version: 1\nmodel_name_or_path: model\ntrain_file: rows.jsonl\nfreeze: {trainable_groups: ["layers 1-1"]}\n',
    },
    {
      text: 'train_on_inputs: false  # as there\n',
      says: [
        '`train_on_inputs` is not a setting of Holdfast: `train_on_inputs: false` of Axolotl is `completion_only_loss: true` here.',
      ],
      fixed: 'completion_only_loss: true  # as there\n',
    },
  ],
};
