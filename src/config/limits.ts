/**
 * A config is opened as soon as its folder is, whoever wrote it. Real ones hold about fifty values; these caps leave room
 * for long prompt lists and keep a hostile one (aliases that multiply, one mistake ten thousand times) from freezing the
 * editor. Nesting is capped too, by MAX_NESTING of protocol/limits.
 */
export const MAX_CONFIG_LENGTH = 1_000_000;
/** Words, signs, line breaks and stretches of white space; ten thousand values in a list need forty thousand. */
export const MAX_LEXEMES = 400_000;
/** Values in the whole file, counted again for every alias that repeats them. */
export const MAX_VALUES = 60_000;
/** Problems of one kind that are put into words; the rest is counted. */
export const MAX_FINDINGS = 100;
