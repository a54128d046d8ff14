/**
 * Every id that package.json contributes, typed once. A test compares both, so that neither can have what the other has not.
 */
export const COMMANDS = {
  startRun: 'holdfast.startRun',
  newConfig: 'holdfast.newConfig',
  trySample: 'holdfast.trySample',
  openRun: 'holdfast.openRun',
  stop: 'holdfast.stop',
  kill: 'holdfast.kill',
  pause: 'holdfast.pause',
  continue: 'holdfast.continue',
  resume: 'holdfast.resume',
  save: 'holdfast.save',
  evaluate: 'holdfast.evaluate',
  openLog: 'holdfast.openLog',
  openConfig: 'holdfast.openConfig',
  reveal: 'holdfast.reveal',
  rename: 'holdfast.rename',
  delete: 'holdfast.delete',
  duplicate: 'holdfast.duplicate',
  copyCommandLine: 'holdfast.copyCommandLine',
  copyCheckpointPath: 'holdfast.copyCheckpointPath',
  probeKnowledge: 'holdfast.probeKnowledge',
  compareMethods: 'holdfast.compareMethods',
  splitOffEvaluation: 'holdfast.splitOffEvaluation',
  openReference: 'holdfast.openReference',
  restartAnnotations: 'holdfast.restartAnnotations',
  checkEnvironment: 'holdfast.checkEnvironment',
  setUpTorch: 'holdfast.setUpTorch',
  refresh: 'holdfast.refresh',
  showOutput: 'holdfast.showOutput',
} as const;
export type CommandKey = keyof typeof COMMANDS;
export type CommandId = (typeof COMMANDS)[CommandKey];

export const VIEWS = { container: 'holdfast', runs: 'holdfast.runs' } as const;

/** Type of the live panel's webview. */
export const RUN_PANEL = 'holdfast.run';

/** Scheme of documents that show the config of a run as it was run. */
export const RUN_CONFIG_SCHEME = 'holdfast-run';

/** Read by `when` clauses. */
export const CONTEXT = {
  /** What may be asked of some run: names of actions, a blank between them. */
  actions: 'holdfast.actions',
  /** What may be asked of the run whose panel is active. */
  panelActions: 'holdfast.panelActions',
  /** Whether there is any run. */
  hasRuns: 'holdfast.hasRuns',
} as const;

export const SETTINGS = {
  nodePath: 'holdfast.nodePath',
  pythonPath: 'holdfast.pythonPath',
  notifications: 'holdfast.notifications',
  openPanelOnStart: 'holdfast.openPanelOnStart',
  diagnostics: 'holdfast.diagnostics',
  inlayHints: 'holdfast.inlayHints',
  codeLens: 'holdfast.codeLens',
} as const;
export type SettingId = (typeof SETTINGS)[keyof typeof SETTINGS];

/** Kinds of inlay hints, each with a switch of its own in `holdfast.inlayHints`. */
export const HINT_KINDS = [
  'data',
  'tokens',
  'steps',
  'batch',
  'defaults',
  'parameters',
  'memory',
  'time',
  'knowledge',
] as const;
