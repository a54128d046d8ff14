import {
  CompletionItem,
  CompletionItemKind,
  languages,
  MarkdownString,
  SnippetString,
  TextEdit,
  type TextDocument,
} from 'vscode';
import type { Disposable } from '../../base/emitter.ts';
import type { Completion } from '../../config/language/index.ts';
import type { Annotator } from './annotator.ts';
import { CONFIG_DOCUMENTS } from './documents.ts';
import { rangeIn } from './translate.ts';

const KINDS: Readonly<Record<Completion['kind'], CompletionItemKind>> = {
  key: CompletionItemKind.Property,
  value: CompletionItemKind.Value,
  path: CompletionItemKind.File,
  group: CompletionItemKind.EnumMember,
  snippet: CompletionItemKind.Snippet,
  code: CompletionItemKind.Constant,
};

export function provideCompletions(annotator: Annotator): Disposable {
  return languages.registerCompletionItemProvider(
    CONFIG_DOCUMENTS,
    {
      provideCompletionItems: async (document, position) => {
        const request = {
          kind: 'complete',
          uri: document.uri.toString(),
          offset: document.offsetAt(position),
        } as const;
        const found = await annotator.ask<'complete'>(request);
        return found.map((completion) => asItem(document, completion));
      },
    },
    ':',
    ' ',
    '/',
    '"',
    '[',
    '{',
    ',',
    '-',
  );
}

function asItem(document: TextDocument, completion: Completion): CompletionItem {
  const item = new CompletionItem(completion.label, KINDS[completion.kind]);
  item.insertText = completion.isSnippet ? new SnippetString(completion.insert) : completion.insert;
  item.range = rangeIn(document, completion.range);
  item.filterText = completion.filter;
  item.detail = completion.detail;
  item.sortText = completion.sort;
  item.documentation = new MarkdownString(completion.documentation);
  item.additionalTextEdits = completion.also.map(
    ({ range, replacement }) => new TextEdit(rangeIn(document, range), replacement),
  );
  // What comes next, in a folder or behind a key, is worth a list of its own.
  if (completion.goesOn) item.command = { title: 'Suggest', command: 'editor.action.triggerSuggest' };
  return item;
}
