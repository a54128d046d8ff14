import { Hover, languages, MarkdownString } from 'vscode';
import type { Disposable } from '../../base/emitter.ts';
import type { Annotator } from './annotator.ts';
import { CONFIG_DOCUMENTS } from './documents.ts';
import { REFERENCE_COMMAND } from './reference.ts';
import { rangeIn } from './translate.ts';

export function provideHovers(annotator: Annotator): Disposable {
  return languages.registerHoverProvider(CONFIG_DOCUMENTS, {
    provideHover: async (document, position) => {
      const found = await annotator.ask<'hover'>({
        kind: 'hover',
        uri: document.uri.toString(),
        offset: document.offsetAt(position),
      });
      if (found === undefined) return undefined;
      const text = new MarkdownString(found.markdown);
      // Values of the config stand in it, whoever wrote them: nothing but the way to the reference may be clicked.
      text.isTrusted = { enabledCommands: [REFERENCE_COMMAND] };
      return new Hover(text, rangeIn(document, found.range));
    },
  });
}
