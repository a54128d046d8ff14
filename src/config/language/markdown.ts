import { quote } from '../wording.ts';

/** A sentence of ours that names values in backticks, for Markdown: whatever the values are, nothing in it is markup. */
export function asMarkdown(sentence: string): string {
  return sentence
    .split('`')
    .map((part, index) => (index % 2 === 1 ? quote(part) : part.replace(/[\\*_[\]<>#|~!]/g, '\\$&')))
    .join('');
}

/** `[words](address)`. */
export function linkTo(address: string, words: string): string {
  return `[${words}](<${address.replace(/[<>\s]/g, encodeURIComponent)}>)`;
}
