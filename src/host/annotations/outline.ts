import {
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  FoldingRangeKind,
  languages,
  SymbolKind,
  Uri,
  type TextDocument,
} from 'vscode';
import type { Disposable } from '../../base/emitter.ts';
import type { DocumentSymbolNode } from '../../config/language/index.ts';
import { together } from '../throttle.ts';
import { CONFIG_DOCUMENTS } from './documents.ts';
import type { Store } from './store.ts';
import { rangeIn } from './translate.ts';

/** Symbols, folding, and links to files. */
export function provideOutline(store: Store): Disposable {
  return together(
    languages.registerDocumentSymbolProvider(CONFIG_DOCUMENTS, {
      provideDocumentSymbols: async (document) =>
        ((await store.of(document))?.symbols ?? []).map((node) => asSymbol(document, node)),
    }),
    languages.registerFoldingRangeProvider(CONFIG_DOCUMENTS, {
      provideFoldingRanges: async (document) =>
        ((await store.of(document))?.folds ?? []).map(
          ({ startLine, endLine, kind }) =>
            new FoldingRange(
              startLine - 1,
              endLine - 1,
              kind === 'comment' ? FoldingRangeKind.Comment : undefined,
            ),
        ),
    }),
    languages.registerDocumentLinkProvider(CONFIG_DOCUMENTS, {
      provideDocumentLinks: async (document) =>
        ((await store.of(document))?.links ?? []).map(
          ({ range, path }) => new DocumentLink(rangeIn(document, range), Uri.file(path)),
        ),
    }),
  );
}

function asSymbol(document: TextDocument, node: DocumentSymbolNode): DocumentSymbol {
  const { name, detail, kind, range, selection, children } = node;
  const symbol = new DocumentSymbol(
    name === '' ? '""' : name,
    detail,
    kind === 'block' ? SymbolKind.Module : kind === 'list' ? SymbolKind.Array : SymbolKind.Property,
    rangeIn(document, range),
    rangeIn(document, selection),
  );
  symbol.children = children.map((child) => asSymbol(document, child));
  return symbol;
}
