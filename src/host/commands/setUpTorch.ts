import { ProgressLocation, window } from 'vscode';
import { deviceOf } from '../../launch/judgePython.ts';
import { setUpTorch as setUp } from '../../launch/setUpTorch.ts';
import { plain } from '../plain.ts';
import type { CommandHandler } from '../services.ts';

/** Makes the environment of the torch engine: a progress that can be called off, pip's lines in the output channel. */
export const setUpTorch: CommandHandler = async (services) => {
  const { torchEngine } = await services.programs();
  const made = await window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: 'Holdfast: setting up the torch engine',
      cancellable: true,
    },
    async (progress, token) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort());
      return setUp({
        engineFolder: torchEngine,
        signal: controller.signal,
        onLine: (line) => {
          services.log.info(line);
          progress.report({ message: plain(line, 80) });
        },
      });
    },
  );
  const { environment, python, isNew } = made;
  // Configs may say that it is missing.
  services.annotations.changed();
  for (const warning of python.warnings) services.log.warn(warning);
  const what = `Python ${python.report.python}, PyTorch ${python.report.packages.torch ?? 'none'}, ${deviceOf(python.report)}`;
  const where = isNew ? 'is set up' : 'was set up before';
  // A choice goes before whatever is there.
  const chosen = services.settings.pythonPath.value();
  const hidden =
    chosen === undefined || chosen === python.command
      ? []
      : [`Empty the setting holdfast.pythonPath (${chosen}) to use it.`];
  const more = [...hidden, ...python.warnings];
  const text = [`The torch engine ${where}: ${what}, in ${environment}.`, ...more].join(' ');
  const say = more.length > 0 ? window.showWarningMessage : window.showInformationMessage;
  await say(plain(text, 600));
};
