import { InlayHint, InlayHintKind, languages, workspace, type Event } from 'vscode';
import type { Disposable } from '../../base/emitter.ts';
import { HINT_KINDS, SETTINGS } from '../contributions.ts';
import { CONFIG_DOCUMENTS } from './documents.ts';
import type { Store } from './store.ts';

/** Numbers behind the settings they belong to. Each kind can be switched off. */
export function provideInlayHints(store: Store, onDidChange: Event<void>): Disposable {
  return languages.registerInlayHintsProvider(CONFIG_DOCUMENTS, {
    onDidChangeInlayHints: onDidChange,
    provideInlayHints: async (document, range) => {
      const annotations = await store.of(document);
      const wanted = wantedKinds();
      return (annotations?.hints ?? [])
        .filter(({ kind }) => wanted.has(kind))
        .flatMap(({ offset, text, tooltip }) => {
          const position = document.positionAt(offset);
          if (!range.contains(position)) return [];
          const hint = new InlayHint(position, text, InlayHintKind.Parameter);
          hint.paddingLeft = true;
          hint.tooltip = tooltip;
          return [hint];
        });
    },
  });
}

function wantedKinds(): ReadonlySet<string> {
  const written: unknown = workspace.getConfiguration().get(SETTINGS.inlayHints);
  const switches =
    typeof written === 'object' && written !== null ? (written as Record<string, unknown>) : {};
  return new Set(HINT_KINDS.filter((kind) => switches[kind] !== false));
}
