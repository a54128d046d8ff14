import { randomBytes } from 'node:crypto';
import { Uri, type Webview } from 'vscode';
import { pageHtml, SCRIPT_FILE, STYLE_FILE } from './page.ts';

/** Where the panel's page lies in the extension's folder. */
export const PAGE_FOLDER = ['dist', 'webview'] as const;

/** The panel's page, with the addresses that this webview can load. */
export function panelHtml(webview: Webview, extension: Uri): string {
  const file = (name: string): string =>
    webview.asWebviewUri(Uri.joinPath(extension, ...PAGE_FOLDER, name)).toString();
  return pageHtml({
    nonce: randomBytes(16).toString('base64'),
    source: webview.cspSource,
    script: file(SCRIPT_FILE),
    style: file(STYLE_FILE),
  });
}
