/**
 * What the extension needs of configs, as a program of its own: the YAML parser and the rules are half of all the code, and most
 * windows never start a run. Loaded at the first command that asks for it.
 */
export { configAsYaml } from './config/asYaml.ts';
export { evaluationEdits } from './config/evaluationSplit.ts';
export { renderNewConfig } from './config/newConfig.ts';
export { methodRuns, methodsFor, countedSeeds, USUAL_METHODS } from './config/methods.ts';
export { originsAfter } from './config/origins.ts';
export { summaryLines } from './config/summaryText.ts';
export { countKnowledge, knowledgeAdvice } from './data/advice.ts';
export { parseRows } from './data/parseRows.ts';
export { probedRecords } from './data/probedRecords.ts';
export { splitRows } from './data/splitRows.ts';
