import type { About } from '../about.ts';
import { allCounts, sumOfKind } from '../dataFiles.ts';
import { removeSetting } from '../edits.ts';
import { keyRange } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

const PATH = ['prompt_template'];

/** Prompts and conversations bring their own wording; only questions are put into one. */
export const unusedTemplate = defineRule({
  code: 'data.unused-template',
  level: 'hint',
  side: 'meaning',
  what: '`prompt_template` is written, and neither a training row nor a probe is a question that it would word.',
  why: 'It has no effect: prompts of prompt/completion rows and conversations are trained on as they stand.',
  cure: 'Delete it, or write the wording into the prompts.',
  find: ({ parsed, about }) => {
    const isWritten =
      parsed.entries.has('prompt_template') && settingOf(parsed, 'prompt_template') !== undefined;
    return isWritten && !mayBeUsed(about) ? [PATH] : [];
  },
  tell: (path, { parsed }) => ({
    path,
    range: keyRange(parsed, path),
    message:
      '`prompt_template` has no effect, because no row is a question that it would word: delete it, or write the wording into the prompts.',
    fixes: [{ title: 'Delete prompt_template', edits: [removeSetting(parsed, path)], isCertain: false }],
  }),
});

/** Also where it is not known. */
function mayBeUsed(about: About): boolean {
  // The shipped set holds questions.
  if (about.config()?.probes.sets === 'auto') return true;
  const counts = allCounts(about.dataFiles());
  if (counts === undefined || sumOfKind(counts, 'question') > 0) return true;
  return sumOfKind(counts, 'chat') > 0 && about.model()?.tokenizer.has_chat_template !== true;
}

const kinds = (part: object) => ({ kinds: { text: 0, completion: 0, question: 0, chat: 0, ...part } });
const WRITTEN = 'prompt_template: "Q: {question} A:"  # short\n';

export const examples: Examples = {
  good: [
    { text: `${WRITTEN}probes: {sets: []}\n`, world: { data: { 'rows.jsonl': {} } } },
    // Probes are worded by it.
    { text: WRITTEN, world: { data: { 'rows.jsonl': kinds({ completion: 100 }) } } },
    // Conversations are, for a model without a template of its own.
    {
      text: `${WRITTEN}probes: {sets: []}\n`,
      world: { data: { 'rows.jsonl': kinds({ chat: 100 }) }, model: {} },
    },
    { text: 'probes: {sets: []}\n', world: { data: { 'rows.jsonl': kinds({ completion: 100 }) } } },
  ],
  bad: [
    {
      text: `${WRITTEN}probes: {sets: []}\n`,
      world: { data: { 'rows.jsonl': kinds({ completion: 100 }) } },
      says: [
        '`prompt_template` has no effect, because no row is a question that it would word: delete it, or write the wording into the prompts.',
      ],
      alsoSays: ['probes.none'],
      fixed: 'probes: {sets: []}\n',
    },
    {
      text: '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl", "prompt_template": "{question}", "probes": {"sets": []}}\n',
      isWhole: true,
      world: {
        data: { 'rows.jsonl': kinds({ chat: 100 }) },
        model: { tokenizer: { size: 500, has_chat_template: true } },
      },
      says: [
        '`prompt_template` has no effect, because no row is a question that it would word: delete it, or write the wording into the prompts.',
      ],
      alsoSays: ['probes.none'],
      fixed:
        '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl", "probes": {"sets": []}}\n',
    },
  ],
};
