import type { About } from '../about.ts';
import { allCounts, sumOfKind } from '../dataFiles.ts';
import { removeSetting } from '../edits.ts';
import { keyRange, type ParsedConfig } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

interface Case {
  readonly key: 'completion_only_loss' | 'assistant_only_loss';
  readonly because: string;
}

/** Which tokens count is decided per kind of row (data/encode.ts). */
export const uselessMask = defineRule({
  code: 'tokens.useless-mask',
  level: 'hint',
  side: 'meaning',
  what: '`completion_only_loss` or `assistant_only_loss` is written, and no row is of a kind that it decides about.',
  why: 'It has no effect, which often shows that the rows are not of the kind they were taken for.',
  cure: 'Delete it, or look at the data file.',
  find: ({ parsed, about }) => casesOf(parsed, about),
  tell: ({ key, because }, { parsed }) => ({
    path: [key],
    range: keyRange(parsed, [key]),
    message: `\`${key}\` has no effect, because ${because}: delete it, or look whether this is the file you meant.`,
    fixes: [{ title: `Delete ${key}`, edits: [removeSetting(parsed, [key])], isCertain: false }],
  }),
});

function casesOf(parsed: ParsedConfig, about: About): Case[] {
  const counts = allCounts(about.dataFiles().filter(({ at }) => at[0] !== 'probes'));
  if (counts === undefined) return [];
  const chats = sumOfKind(counts, 'chat');
  const asking = sumOfKind(counts, 'question') + sumOfKind(counts, 'completion');
  if (chats + asking + sumOfKind(counts, 'text') === 0) return [];
  const isOwn = settingOf(parsed, 'assistant_only_loss') !== undefined;
  const cases: Case[] = [];
  if (asking === 0 && (chats === 0 || isOwn)) {
    const because =
      chats === 0
        ? 'every row is plain text, of which all tokens count'
        : 'every row is a conversation, which `assistant_only_loss` decides about';
    cases.push({ key: 'completion_only_loss', because });
  }
  if (chats === 0) cases.push({ key: 'assistant_only_loss', because: 'no row is a conversation' });
  return cases.filter(({ key }) => parsed.entries.has(key) && settingOf(parsed, key) !== undefined);
}

const kinds = (part: object) => ({
  'rows.jsonl': { kinds: { text: 0, completion: 0, question: 0, chat: 0, ...part } },
});

export const examples: Examples = {
  good: [
    { text: 'completion_only_loss: false\n', world: { data: { 'rows.jsonl': {} } } },
    { text: 'assistant_only_loss: false\n', world: { data: kinds({ chat: 100 }) } },
    // Conversations follow it where they have no setting of their own.
    { text: 'completion_only_loss: false\n', world: { data: kinds({ chat: 100 }) } },
    { text: 'assistant_only_loss: true\n' },
  ],
  bad: [
    {
      text: 'completion_only_loss: true  # answers\nself_distill: {snapshot_data: all}\n',
      world: { data: kinds({ text: 100 }) },
      says: [
        '`completion_only_loss` has no effect, because every row is plain text, of which all tokens count: delete it, or look whether this is the file you meant.',
      ],
      alsoSays: ['data.without-questions'],
      fixed: 'self_distill: {snapshot_data: all}\n',
    },
    {
      text: 'assistant_only_loss: true\n',
      world: { data: { 'rows.jsonl': {} } },
      says: [
        '`assistant_only_loss` has no effect, because no row is a conversation: delete it, or look whether this is the file you meant.',
      ],
      fixed: '',
    },
    {
      text: '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl", "completion_only_loss": false, "assistant_only_loss": true}\n',
      isWhole: true,
      world: { data: kinds({ chat: 100 }) },
      says: [
        '`completion_only_loss` has no effect, because every row is a conversation, which `assistant_only_loss` decides about: delete it, or look whether this is the file you meant.',
      ],
      fixed:
        '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl", "assistant_only_loss": true}\n',
    },
  ],
};
