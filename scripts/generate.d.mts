/** The text of src/config/rules/index.ts, from the files beside it. */
export function rulesRegistry(): Promise<string>;
/** The pages of docs/ by their paths, from the code as it stands. */
export function referencePages(): Promise<Readonly<Record<string, string>>>;
/** Writes all of them. */
export function generate(): Promise<void>;
