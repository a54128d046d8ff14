/**
 * Text of other people (names of runs, questions, answers, messages of engines) for places of the editor that read a little
 * language into it: `$(icon)` in labels, `[text](command:...)` in notifications. Shown as it is, on one line, not too long.
 */
export function plain(text: string, maxLength = 300): string {
  const oneLine = text.replace(CONTROL, ' ').replace(/\s+/gu, ' ').trim();
  const characters = Array.from(oneLine);
  const cut = characters.length <= maxLength ? oneLine : `${characters.slice(0, maxLength - 1).join('')}…`;
  // A character without width breaks the sign that begins an icon or a link, and nothing else.
  return cut.replaceAll('$(', `$${NOTHING}(`).replaceAll('](', `]${NOTHING}(`);
}

const NOTHING = '\u200B';
/** Control characters, and marks that turn the direction of the text after them. */
const CONTROL = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;
