import { workspace, type Disposable } from 'vscode';
import type { Levels } from '../config/levels.ts';
import { SETTINGS } from './contributions.ts';

/** A setting: what it is now, and word of when it changes. */
export interface Setting<Value> {
  readonly value: () => Value;
  readonly onDidChange: (listener: () => void) => Disposable;
}

export type NotificationLevel = 'all' | 'problems' | 'none';

export interface Settings {
  /** Program that runs the TypeScript engine; undefined: whichever is found. */
  readonly nodePath: Setting<string | undefined>;
  /** Python that runs the torch engine; undefined: whichever is found. */
  readonly pythonPath: Setting<string | undefined>;
  readonly notifications: Setting<NotificationLevel>;
  readonly openPanelOnStart: Setting<boolean>;
  /** Levels of diagnostics, by code. */
  readonly diagnostics: Setting<Levels>;
}

/** The user's settings; what has another type than it should counts as not set. */
export function readSettings(): Settings {
  return {
    nodePath: setting(SETTINGS.nodePath, pathIn),
    pythonPath: setting(SETTINGS.pythonPath, pathIn),
    notifications: setting(SETTINGS.notifications, (value) =>
      value === 'problems' || value === 'none' ? value : 'all',
    ),
    openPanelOnStart: setting(SETTINGS.openPanelOnStart, (value) => value !== false),
    diagnostics: setting(SETTINGS.diagnostics, levelsIn),
  };
}

const LEVELS: readonly unknown[] = ['error', 'warning', 'hint', 'off'];

function levelsIn(value: unknown): Levels {
  const written = Object.entries((value ?? {}) as Readonly<Record<string, Levels[string]>>);
  return Object.fromEntries(written.filter(([, level]) => LEVELS.includes(level)));
}

function pathIn(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function setting<Value>(id: string, read: (value: unknown) => Value): Setting<Value> {
  return {
    value: () => read(workspace.getConfiguration().get<unknown>(id)),
    onDidChange: (listener) =>
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(id)) listener();
      }),
  };
}
