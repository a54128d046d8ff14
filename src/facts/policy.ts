import { posix, win32 } from 'node:path';

/** What decides which paths may be opened. Folders are absolute paths. */
export interface PolicyInput {
  readonly isTrusted: boolean;
  readonly workspaceFolders: readonly string[];
  readonly platform: NodeJS.Platform;
}

export interface Policy {
  /** Whether this path may be opened, by its words alone; links are access.ts's business. */
  readonly mayOpen: (path: string) => boolean;
  /** The workspace folder that the path is in; undefined where it is in none. */
  readonly folderOf: (path: string) => string | undefined;
}

/**
 * What may be opened of all that a config can name, which may have come with somebody else's repository. In Restricted Mode only what
 * lies in the workspace. Never a device. Asking another computer tells it who asks (Windows logs in by itself), so paths to servers
 * are opened only where the workspace is trusted and lies on that server itself.
 */
export function policyFor({ isTrusted, workspaceFolders, platform }: PolicyInput): Policy {
  const { isDevice, serverOf, isAbsolute, isWithin } = platform === 'win32' ? WINDOWS : POSIX;
  const servers = new Set(workspaceFolders.map(serverOf));
  const folderOf = (path: string): string | undefined =>
    workspaceFolders.find((folder) => isWithin(folder, path));
  const mayOpen = (path: string): boolean => {
    if (path.includes('\0') || !isAbsolute(path) || isDevice(path)) return false;
    // By words `link/..` is where one was; for the system it is above where the link leads.
    if (path.split(/[\\/]/).includes('..')) return false;
    const server = serverOf(path);
    if (server !== undefined) return isTrusted && servers.has(server);
    return isTrusted || folderOf(path) !== undefined;
  };
  return { mayOpen, folderOf };
}

interface Platform {
  readonly isAbsolute: (path: string) => boolean;
  readonly isDevice: (path: string) => boolean;
  /** Of a path on another computer, in lower case; undefined where it is on this one. */
  readonly serverOf: (path: string) => string | undefined;
  readonly isWithin: (folder: string, path: string) => boolean;
}

const POSIX: Platform = {
  isAbsolute: (path) => posix.isAbsolute(path),
  // Ordinary files by their looks, and opening some of them does things.
  isDevice: (path) => /^\/(dev|proc|sys)(\/|$)/.test(posix.resolve(path)),
  serverOf: () => undefined,
  isWithin: (folder, path) => isDownwards(posix.relative(folder, path), posix),
};

/** Names that are devices in every folder, whatever follows a dot (learn.microsoft.com, "Naming Files, Paths, and Namespaces"). */
const DEVICE_NAME = /^(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])[ .]*(\..*)?$/i;

const WINDOWS: Platform = {
  // `\folder` is on whatever drive is the current one.
  isAbsolute: (path) => /^([a-z]:[\\/]|[\\/]{2})/i.test(path),
  isDevice: (path) => {
    const whole = win32.resolve(path);
    // \\?\, \\.\ and \??\ lead past all rules; a colon behind the drive's names a second content of a file.
    return (
      /^[\\/]{1,2}[?.]/.test(path) ||
      /^[a-z]:.*:/i.test(whole) ||
      whole.split('\\').some((name) => DEVICE_NAME.test(name))
    );
  },
  // \\server@SSL@8443\share is the same server by another protocol.
  serverOf: (path) => /^[\\/]{2}([^\\/@]*)/.exec(path)?.[1]?.toLowerCase(),
  isWithin: (folder, path) => isDownwards(win32.relative(folder, path), win32),
};

/** Whether `path` is `folder` itself or in it, by the words alone; both absolute, of this machine. */
export function isAtOrBelow(folder: string, path: string): boolean {
  return (process.platform === 'win32' ? WINDOWS : POSIX).isWithin(folder, path);
}

function isDownwards(way: string, rules: typeof posix): boolean {
  return way !== '..' && !way.startsWith(`..${rules.sep}`) && !rules.isAbsolute(way);
}
