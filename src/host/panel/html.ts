import { randomBytes } from 'node:crypto';
import { Uri, type Webview } from 'vscode';

/** Where the panel's page lies in the extension's folder. */
export const PAGE_FOLDER = ['dist', 'webview'] as const;

/**
 * The panel's page: nothing but its style and its script, and a policy that lets nothing else in. Everything shown in it comes
 * by message and is put in as text.
 */
export function panelHtml(webview: Webview, extension: Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const file = (name: string): string =>
    webview.asWebviewUri(Uri.joinPath(extension, ...PAGE_FOLDER, name)).toString();
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Holdfast run</title>
<link rel="stylesheet" href="${file('panel-style.css')}">
</head>
<body>
<div id="panel"></div>
<script nonce="${nonce}" src="${file('panel.js')}"></script>
</body>
</html>`;
}
