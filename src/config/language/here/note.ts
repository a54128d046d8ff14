import type { About } from '../../about.ts';
import type { Path } from '../../path.ts';

/** A sentence of Markdown with the numbers of this config, model and data; undefined as long as they are not known. */
export type Note = (about: About, path: Path) => string | undefined;
