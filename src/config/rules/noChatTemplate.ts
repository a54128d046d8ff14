import type { About } from '../about.ts';
import { countsOf, fileName } from '../dataFiles.ts';
import type { NamedFile } from '../namedFile.ts';
import { rowsText } from '../rowCounts.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Better than nothing, and not what a conversation looks like elsewhere. */
export const noChatTemplate = defineRule({
  code: 'tokens.no-chat-template',
  level: 'hint',
  side: 'meaning',
  what: 'Training rows or probes are conversations or instructions, and the model has no chat template.',
  why: 'Conversations of one question and one answer are put into `prompt_template` like questions, without the marks of who speaks; whoever uses the model later must ask in the same words.',
  cure: 'Choose a model with a chat template, or put a `chat_template.jinja` into its folder; nothing, if the wording is right.',
  // Who has written the wording has thought of it.
  find: ({ about, parsed }) =>
    parsed.entries.has('prompt_template')
      ? []
      : [...about.trainFiles(), ...about.probeFiles()].flatMap((file) => casesOf(file, about)),
  tell: ({ file, chats }, { parsed }) => ({
    path: file.at,
    range: valueRange(parsed, file.at),
    message: `${rowsText(chats)} of ${fileName(file)} ${chats === 1 ? 'is a conversation or an instruction' : 'are conversations or instructions'}, and the model has no chat template, so \`prompt_template\` words them: put a \`chat_template.jinja\` into its folder if that is not meant.`,
  }),
});

function casesOf(file: NamedFile, about: About): { readonly file: NamedFile; readonly chats: number }[] {
  const tokenizer = about.model()?.tokenizer;
  const { kinds, several_turns: severalTurns = 0 } = countsOf(file) ?? {};
  const chats = (kinds?.chat ?? 0) - severalTurns;
  if (tokenizer === undefined || tokenizer.has_chat_template || tokenizer.problem !== undefined) return [];
  // Longer conversations cannot be trained on at all, and are never asked, which other rules say.
  const isWorded = file.at[0] === 'probes' || file.tokens()?.unwordable === 0;
  return chats > 0 && isWorded ? [{ file, chats }] : [];
}

const CHATS = { 'rows.jsonl': { kinds: { text: 0, completion: 0, question: 0, chat: 100 } } };

export const examples: Examples = {
  good: [
    {
      text: '',
      world: {
        data: CHATS,
        tokens: { 'rows.jsonl': {} },
        model: { tokenizer: { size: 500, has_chat_template: true } },
      },
    },
    { text: '', world: { data: { 'rows.jsonl': {} }, tokens: { 'rows.jsonl': {} }, model: {} } },
    { text: '', world: { data: CHATS } },
  ],
  bad: [
    {
      text: 'probes: {sets: [{name: own, file: more.jsonl}]}\n',
      world: {
        data: {
          'more.jsonl': {
            rows: 500,
            kinds: { text: 0, completion: 0, question: 0, chat: 500 },
            several_turns: 20,
            first_several_turns: { line: 2 },
          },
        },
        model: {},
      },
      says: [
        '480 rows of `more.jsonl` are conversations or instructions, and the model has no chat template, so `prompt_template` words them: put a `chat_template.jinja` into its folder if that is not meant.',
      ],
      alsoSays: ['probes.several-turns'],
    },
    {
      text: '',
      world: { data: CHATS, tokens: { 'rows.jsonl': {} }, model: {} },
      says: [
        '100 rows of `rows.jsonl` are conversations or instructions, and the model has no chat template, so `prompt_template` words them: put a `chat_template.jinja` into its folder if that is not meant.',
      ],
    },
  ],
};
