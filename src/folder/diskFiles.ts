import { statSync } from 'node:fs';

/** The disk as config rules see it. */
export const diskFiles = {
  kind: (path: string): 'file' | 'folder' | 'missing' => {
    try {
      return statSync(path).isDirectory() ? 'folder' : 'file';
    } catch {
      // Not there, not ours to see, or no path at all (too long, a NUL in it).
      return 'missing';
    }
  },
};
