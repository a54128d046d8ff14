import { basename, dirname } from 'node:path';
import { workspace, type Uri } from 'vscode';
import type { Disposable } from '../base/emitter.ts';
import { readRunFile } from '../launch/runReader.ts';
import { RUN_CONFIG_SCHEME } from './contributions.ts';
import type { ConfigTools } from './services.ts';

/** Documents that show a run's config as it was run; they cannot be edited, because it was. */
export function provideRunConfigs(configTools: () => ConfigTools): Disposable {
  return workspace.registerTextDocumentContentProvider(RUN_CONFIG_SCHEME, {
    provideTextDocumentContent: (uri: Uri) => {
      const folder = dirname(uri.path);
      const read = readRunFile(folder);
      if ('problem' in read) return `# ${read.problem}\n`;
      const { config, origins, config_file: file } = read.value;
      const heading = `Run ${basename(folder)} with every value it used, defaults too.\nFrom ${file ?? 'no file'}. "Duplicate With Changes" makes a config of it that can be edited.`;
      return configTools().configAsYaml(config, origins, { all: true, heading });
    },
  });
}
