import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { extensions, Range, Uri, window, type QuickPickItem } from 'vscode';
import { nearest } from '../../base/nearest.ts';
import { fileProblem } from '../../launch/fileProblem.ts';
import { plain } from '../plain.ts';
import { fragmentOf, referenceEntries, type ReferenceEntry } from '../referencePage.ts';
import { runCommand } from '../runCommand.ts';
import type { CommandHandler, Services } from '../services.ts';

/** What a hover puts before the name of a setting. */
const SETTING = 'settings:';

/** The page of the diagnostic whose code, or of the setting whose name, is given; else of the diagnostic that the user picks. */
export const openReference: CommandHandler = async (services, wanted) => {
  const isSetting = typeof wanted === 'string' && wanted.startsWith(SETTING);
  const arg = isSetting ? wanted.slice(SETTING.length) : wanted;
  const page = isSetting ? 'settings.md' : 'diagnostics.md';
  const path = join(services.context.extensionPath, 'docs', page);
  const entries = referenceEntries(readPage(path));
  const entry = typeof arg === 'string' ? entryOf(entries, arg) : await choose(entries);
  if (entry !== undefined) await show(services, Uri.file(path), entry);
};

function readPage(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw fileProblem('read the reference', path, error);
  }
}

function entryOf(entries: readonly ReferenceEntry[], code: string): ReferenceEntry {
  const entry = entries.find((one) => one.code === code);
  if (entry !== undefined) return entry;
  const codes = entries.map((one) => one.code);
  const near = nearest(code, codes);
  const cure = near === undefined ? 'give the command without one to see all' : `did you mean \`${near}\`?`;
  throw new Error(`There is no entry \`${code}\`: ${cure}${near === undefined ? '.' : ''}`);
}

async function choose(entries: readonly ReferenceEntry[]): Promise<ReferenceEntry | undefined> {
  const items = entries.map((entry): QuickPickItem & { entry: ReferenceEntry } => ({
    label: entry.code,
    detail: plain(entry.summary, 160),
    entry,
  }));
  const picked = await window.showQuickPick(items, {
    title: 'Holdfast: Open Reference of Diagnostics',
    placeHolder: 'What each diagnostic means, and its cure',
    matchOnDetail: true,
  });
  return picked?.entry;
}

const MARKDOWN_EXTENSION = 'vscode.markdown-language-features';

/** As a preview at its heading; where the editor has none, or it fails, as text there. */
async function show({ log }: Services, page: Uri, { code, line }: ReferenceEntry): Promise<void> {
  if (extensions.getExtension(MARKDOWN_EXTENSION) !== undefined) {
    try {
      await runCommand('markdown.showPreview', page.with({ fragment: fragmentOf(code) }));
      return;
    } catch (error) {
      log.warn(`the Markdown preview could not be shown: ${String(error)}`);
    }
  }
  await window.showTextDocument(page, { preview: true, selection: new Range(line, 0, line, 0) });
}
