/**
 * The environment of an engine: `base` without what an editor put there for its own processes, then `extra` over it.
 * ELECTRON_RUN_AS_NODE would turn a VS Code started from a terminal into Node; VSCODE_* reach into the running window.
 */
export function engineEnvironment(
  base: Readonly<NodeJS.ProcessEnv>,
  extra: Readonly<NodeJS.ProcessEnv> = {},
): NodeJS.ProcessEnv {
  const kept = Object.entries(base).filter(([name]) => !/^(VSCODE_|ELECTRON_)/i.test(name));
  return { ...Object.fromEntries(kept), ...extra };
}
