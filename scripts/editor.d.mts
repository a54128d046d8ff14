/** Paths of what the editor tests run. */
export interface Editor {
  /** Entry of code-server, to be run by `node`. */
  readonly codeServer: string;
  readonly node: string;
  readonly chromium: string;
  readonly missing?: undefined;
}

/** Installs what is not there yet; `missing` is one sentence, what cannot be had and how to get it. */
export function ensureEditor(): Promise<Editor | { readonly missing: string }>;

/** A Chromium, installed where that is possible. */
export function ensureChromium(): Promise<
  | { readonly path: string; readonly missing?: undefined }
  | { readonly path?: undefined; readonly missing: string }
>;
