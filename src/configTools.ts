/**
 * What the extension needs of configs, as a program of its own: the YAML parser and the rules are half of all the code, and most
 * windows never start a run. Loaded at the first command that asks for it.
 */
export { configAsYaml } from './config/asYaml.ts';
export { estimateLength, roughSeconds } from './config/estimate.ts';
export { renderNewConfig } from './config/newConfig.ts';
export { hasErrors } from './config/problem.ts';
export { resolveConfig } from './config/resolve.ts';
export { parseRows } from './data/parseRows.ts';
