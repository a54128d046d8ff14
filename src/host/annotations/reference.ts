import { COMMANDS } from '../contributions.ts';

/** Opens the page of a diagnostic; its argument is the code. */
export const REFERENCE_COMMAND = COMMANDS.openReference;
