/** One word of a command line, quoted so that the shell of that system takes it as it is. */
export function shellWord(text: string, system: 'posix' | 'windows'): string {
  const plain = system === 'posix' ? /^[\w./:@%+=,-]+$/ : /^[\w./:\\%+=-][\w./:\\@%+=-]*$/;
  if (plain.test(text)) return text;
  if (system === 'posix') return `'${text.replaceAll("'", `'\\''`)}'`;
  // PowerShell, which terminals of VS Code open there, takes curly quotes for quotes as well; doubled they stand for themselves.
  return `'${text.replace(/['\u2018-\u201B]/g, '$&$&')}'`;
}
