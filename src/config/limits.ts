/**
 * A config is opened as soon as its folder is, whoever wrote it. Real ones hold about fifty values; these caps leave room
 * for long prompt lists and keep a hostile one (deep nesting, aliases that multiply) from freezing the editor.
 */
export const MAX_CONFIG_LENGTH = 200_000;
/** Values in the whole file, counted again for every alias that repeats them. */
export const MAX_VALUES = 20_000;
/** Problems of one kind that are worth working out; nobody reads more before correcting the first. */
export const MAX_FINDINGS = 100;
