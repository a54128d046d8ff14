import type { FromPanel } from '../src/protocol/panelMessages.ts';

/** What VS Code puts into a webview's page. */
export interface Host {
  postMessage(message: FromPanel): void;
  /** Kept while the page is hidden and over a reload of the window; must be JSON. */
  getState(): unknown;
  setState(state: unknown): void;
}

declare const acquireVsCodeApi: () => Host;

/** May be called once. */
export function acquireHost(): Host {
  return acquireVsCodeApi();
}
