/** What must not leave a machine with a bug report. */
export interface Private {
  readonly home: string;
  readonly user: string;
  readonly host: string;
  /** Whose names may say what somebody works on. */
  readonly folders?: readonly string[];
}

/** `text` without home folder, user and host names, keys, tokens and addresses. Errs on the side of taking out too much. */
export function redact(text: string, { home, user, host, folders = [] }: Private): string {
  const named = [
    ...folders.map((folder, index) => [folder, `<folder ${index + 1}>`] as const),
    [home, '~'],
    [host, '<host>'],
    [user, '<user>'],
  ] as const satisfies readonly (readonly [string, string])[];
  const known = named.reduce(
    (said, [secret, mark]) => (secret.length < 3 ? said : said.replaceAll(secret, mark)),
    text,
  );
  return known
    .replace(/\b(?:hf|sk|gh[pousr]|xox[abp])[_-][\w-]{8,}/g, '<token>')
    .replace(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 <secret>')
    .replace(NAMED_SECRET, '$1<secret>')
    .replace(/\b[\w.+-]+@[\w-]+\.[\w.]+\b/g, '<address>')
    .replace(/(\w+:\/\/)[^\s/@]+@/g, '$1<secret>@');
}

/** A name that has such a word in it, and its value: in quotes to the closing one, else to the next blank. */
const NAMED_SECRET =
  /([\w-]*(?:api[_-]?key|access[_-]?key|token|secret|password|passwd|credential)[\w-]*["']?\s*[:=]\s*)(?:"[^"\n]*"|'[^'\n]*'|[^\s"',}]+)/gi;
