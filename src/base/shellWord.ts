/** One word of a command line, quoted so that the shell of that system takes it as it is. */
export function shellWord(text: string, system: 'posix' | 'windows'): string {
  if (/^[\w./:\\@%+=,-]+$/.test(text) && !(system === 'posix' && text.includes('\\'))) return text;
  // PowerShell, which terminals of VS Code open there: '' inside single quotes is one of them.
  const quote = system === 'posix' ? `'\\''` : `''`;
  return `'${text.replaceAll("'", quote)}'`;
}
