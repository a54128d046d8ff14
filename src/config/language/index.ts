export { completionsAt, type CompletionInput } from './completions/completionsAt.ts';
export type { Completion } from './completions/completion.ts';
export type { ListFolder } from './completions/paths.ts';
export { foldsOf, type Fold } from './folds.ts';
export { hoverAt, type Hover, type HoverInput } from './hover.ts';
export { linksOf, type Link } from './links.ts';
export { headingAnchor, settingsReference } from './settingsReference.ts';
export { symbolsOf, type DocumentSymbolNode } from './symbols.ts';
