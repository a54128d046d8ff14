import { extensions, window, workspace, type DocumentSelector, type TextDocument } from 'vscode';
import type { OpenDocument } from '../../annotator/messages.ts';
import type { Disposable } from '../../base/emitter.ts';
import { CONFIG_FILE } from '../configDocument.ts';
import { together } from '../throttle.ts';

/** Files, new ones that have a name, and those of virtual workspaces; not the old versions that diff editors and runs show. */
const SCHEMES = ['file', 'untitled', 'vscode-vfs'] as const;

/** The documents that are annotated. */
export const CONFIG_DOCUMENTS: DocumentSelector = SCHEMES.map((scheme) => ({
  scheme,
  pattern: '**/*.sft.{yaml,yml,json}',
}));

export function isConfigDocument({ uri }: Pick<TextDocument, 'uri'>): boolean {
  return (SCHEMES as readonly string[]).includes(uri.scheme) && CONFIG_FILE.test(uri.path);
}

/** Configs that are open now. */
export function openConfigs(): TextDocument[] {
  return workspace.textDocuments.filter(isConfigDocument);
}

export function asOpenDocument(document: TextDocument): OpenDocument {
  const { uri, languageId: language, version } = document;
  return {
    uri: uri.toString(),
    path: uri.scheme === 'file' ? uri.fsPath : undefined,
    language,
    version,
    text: document.getText(),
  };
}

/** Word of configs that are opened, changed and closed. */
export function watchConfigs(listener: {
  readonly changed: (document: TextDocument) => void;
  readonly closed: (document: TextDocument) => void;
}): Disposable {
  const changed = (document: TextDocument): void => {
    if (isConfigDocument(document)) listener.changed(document);
  };
  return together(
    workspace.onDidOpenTextDocument(changed),
    workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0) changed(document);
    }),
    workspace.onDidCloseTextDocument((document) => {
      if (isConfigDocument(document)) listener.closed(document);
    }),
  );
}

const RED_HAT_YAML = 'redhat.vscode-yaml';
const BUILT_IN_JSON = 'vscode.json-language-features';

/**
 * Languages in which the editor checks configs against the shipped schema itself: JSON unless that is switched off, YAML where Red Hat's extension does.
 * What a schema can say is left to it there, or every mistake would be underlined twice.
 */
export function schemaLanguages(): string[] {
  const settings = workspace.getConfiguration();
  const yaml = extensions.getExtension(RED_HAT_YAML) !== undefined && settings.get('yaml.validate') !== false;
  const json =
    extensions.getExtension(BUILT_IN_JSON) !== undefined && settings.get('json.validate.enable') !== false;
  return [...(json ? ['json', 'jsonc'] : []), ...(yaml ? ['yaml'] : [])];
}

/** Whether a config is on the screen. */
export function isVisible(uri: string): boolean {
  return window.visibleTextEditors.some(({ document }) => document.uri.toString() === uri);
}
