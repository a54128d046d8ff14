import { homedir, hostname, userInfo } from 'node:os';
import { env, ProgressLocation, version as editorVersion, window, workspace } from 'vscode';
import { plural } from '../../base/text.ts';
import { redact, type Private } from '../../base/redact.ts';
import { checkEnvironment as check, type Finding } from '../../launch/checkEnvironment.ts';
import type { Programs } from '../../launch/programs.ts';
import { findPython, pythonFolders } from '../python.ts';
import { workspaceFolders } from '../roots.ts';
import type { CommandHandler, Services } from '../services.ts';

/** What was found, what is missing and how to get it; and all of it without names and secrets, for a bug report. */
export const checkEnvironment: CommandHandler = async (services) => {
  const findings = await window.withProgress(
    { location: ProgressLocation.Window, title: 'Holdfast: checking the environment' },
    async () => {
      const programs = await tryPrograms(services);
      return check({
        nodePath: services.settings.nodePath.value(),
        tfjsEngine: programs?.tfjsEngine,
        findPython: programs === undefined ? undefined : () => findPython(services, pythonFolders()),
        storage: services.storage,
      });
    },
  );
  const report = render(services, findings);
  const document = await workspace.openTextDocument({ language: 'plaintext', content: report });
  await window.showTextDocument(document, { preview: true });
  const missing = findings.filter(({ kind }) => kind === 'missing');
  const copy = 'Copy for a Bug Report';
  const summary =
    missing.length === 0
      ? 'Everything that runs need is here.'
      : `Missing: ${missing.map(({ name }) => name).join(', ')}. The report says how to get it.`;
  const say = missing.length === 0 ? window.showInformationMessage : window.showWarningMessage;
  if ((await say(summary, copy)) === copy) await env.clipboard.writeText(redact(report, secrets()));
};

async function tryPrograms({ programs, log }: Services): Promise<Programs | undefined> {
  try {
    return await programs();
  } catch (error) {
    log.error(String(error));
    return undefined;
  }
}

function render(services: Services, findings: readonly Finding[]): string {
  const marks = { found: 'ok     ', missing: 'MISSING', absent: '-      ' };
  const width = Math.max(...findings.map(({ name }) => name.length));
  const runs = services.feed.all();
  const lines = [
    'Holdfast: environment',
    '',
    ...findings.flatMap(({ name, kind, what, cure }) => [
      `${marks[kind]}  ${name.padEnd(width)}  ${what}`,
      ...(cure === undefined ? [] : [`${' '.repeat(width + 11)}${cure}`]),
    ]),
    '',
    `Holdfast ${services.version}, ${env.appName} ${editorVersion}, ${env.remoteName ?? 'local'}, Node ${process.versions.node}`,
    `Workspace ${workspace.isTrusted ? 'trusted' : 'in Restricted Mode: nothing is started'}`,
    `Runs followed in ${services.feed.roots().join(', ')}`,
    runs.length === 0 ? 'No runs' : `${plural(runs.length, 'run')}: ${countByStatus(runs)}`,
    ...runs.flatMap(({ problem }) => (problem === undefined ? [] : [`  ${problem}`])),
  ];
  return `${lines.join('\n')}\n`;
}

function countByStatus(runs: readonly { readonly status: string }[]): string {
  const counts = new Map<string, number>();
  for (const { status } of runs) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status}`).join(', ');
}

function secrets(): Private {
  return { home: homedir(), user: userInfo().username, host: hostname(), folders: workspaceFolders() };
}
