import { join } from 'node:path';
import { Uri, workspace } from 'vscode';

/** A name that no config of a folder has yet: `name.sft.yaml`, `name-2.sft.yaml` ...; `first` is where it begins to count. */
export async function freeName(folder: string, name: string, first: 1 | 2): Promise<string> {
  for (let copy: number = first; ; copy++) {
    const candidate = `${name}${copy === 1 ? '' : `-${copy}`}.sft.yaml`;
    try {
      await workspace.fs.stat(Uri.file(join(folder, candidate)));
    } catch {
      return candidate;
    }
  }
}
