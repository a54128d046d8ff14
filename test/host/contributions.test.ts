import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as contributions from '../../src/host/contributions.ts';
import {
  COMMANDS,
  CONTEXT,
  HINT_KINDS,
  RUN_CONFIG_SCHEME,
  RUN_PANEL,
  SETTINGS,
  VIEWS,
} from '../../src/host/contributions.ts';
import { RUN_ACTIONS } from '../../src/protocol/panelMessages.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface MenuItem {
  readonly command: string;
  readonly when?: string;
  readonly group?: string;
}
interface Manifest {
  readonly main: string;
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category: string;
      readonly icon: string;
      readonly enablement?: string;
    }[];
    readonly viewsContainers: Readonly<
      Record<string, readonly { readonly id: string; readonly icon: string }[]>
    >;
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
    readonly viewsWelcome: readonly {
      readonly view: string;
      readonly when: string;
      readonly contents: string;
    }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly configuration: {
      readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    };
    readonly jsonValidation: readonly { readonly url: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly id: string;
        readonly description: string;
        readonly media: Readonly<Record<string, string>>;
        readonly completionEvents: readonly string[];
      }[];
    }[];
  };
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const { contributes } = manifest;
const menus = Object.entries(contributes.menus).flatMap(([menu, items]) =>
  items.map((item) => ({ menu, ...item })),
);
const IDS: ReadonlySet<string> = new Set(Object.values(COMMANDS));

/** Every `when` and `enablement`, with where it stands. */
const clauses: readonly (readonly [where: string, clause: string])[] = [
  ...menus.flatMap(({ menu, command, when }) =>
    when === undefined ? [] : [[`${menu} ${command}`, when] as const],
  ),
  ...contributes.viewsWelcome.map(({ when }) => ['welcome', when] as const),
  ...contributes.commands.flatMap(({ command, enablement }) =>
    enablement === undefined ? [] : [[`enablement of ${command}`, enablement] as const],
  ),
];

describe('both sides know the same', () => {
  it('commands, each once', () => {
    const told = contributes.commands.map(({ command }) => command);
    expect([...told].sort()).toEqual(Object.values(COMMANDS).sort());
    expect(new Set(told).size).toBe(told.length);
  });

  it('the name of a command is its key, so that it can be found', () => {
    for (const [key, id] of Object.entries(COMMANDS)) expect(id).toBe(`holdfast.${key}`);
  });

  it('views, in the container that is there', () => {
    expect(Object.keys(contributes.views)).toEqual([VIEWS.container]);
    expect(contributes.views[VIEWS.container]?.map(({ id }) => id)).toEqual([VIEWS.runs]);
    expect(Object.values(contributes.viewsContainers).flatMap((all) => all.map(({ id }) => id))).toEqual([
      VIEWS.container,
    ]);
    for (const { view } of contributes.viewsWelcome) expect(view).toBe(VIEWS.runs);
  });

  it('settings', () => {
    expect(Object.keys(contributes.configuration.properties).sort()).toEqual(Object.values(SETTINGS).sort());
    for (const setting of manifest.capabilities.untrustedWorkspaces.restrictedConfigurations)
      expect(Object.values<string>(SETTINGS)).toContain(setting);
  });

  it('kinds of inlay hints, each with a switch', () => {
    const { properties, default: all } = contributes.configuration.properties[SETTINGS.inlayHints] ?? {};
    expect(Object.keys(properties ?? {})).toEqual([...HINT_KINDS]);
    expect(Object.keys(all ?? {})).toEqual([...HINT_KINDS]);
  });

  it('context keys: what is told is asked for, and what is asked for is told', () => {
    const asked = new Set(
      clauses.flatMap(([, clause]) => keysIn(clause)).filter((key) => key.startsWith('holdfast.')),
    );
    expect([...asked].sort()).toEqual(Object.values(CONTEXT).sort());
  });

  it('nothing else is exported, that this test would have to know', () => {
    expect(Object.keys(contributions).sort()).toEqual(
      ['COMMANDS', 'CONTEXT', 'HINT_KINDS', 'RUN_CONFIG_SCHEME', 'RUN_PANEL', 'SETTINGS', 'VIEWS'].sort(),
    );
    // Documents of runs are asked for by scheme; the package needs to say nothing of it.
    expect(RUN_CONFIG_SCHEME).toMatch(/^[a-z][a-z0-9-]*$/);
  });
});

describe('commands', () => {
  it.each(contributes.commands)('$command has a title, our category and an icon of the editor', (command) => {
    expect(command.title).toMatch(/^[A-Z]/);
    expect(command.category).toBe('Holdfast');
    expect(command.icon).toMatch(/^\$\([a-z-]+\)$/);
  });

  it('each has a handler, and no handler stands there for none', () => {
    // Handlers need an editor, so their table is read as text; that it is complete is the compiler's business.
    const table = /HANDLERS[^{]*\{\n([\s\S]*?)\n\};/.exec(read('src/host/commands/index.ts'))?.[1] ?? '';
    const keys = [...table.matchAll(/^ {2}(\w+)[,:]/gm)].map(([, key]) => key);
    expect(keys.sort()).toEqual(Object.keys(COMMANDS).sort());
  });

  it('every action of a run is one', () => {
    for (const action of RUN_ACTIONS) expect(Object.keys(COMMANDS)).toContain(action);
  });

  it('what starts programs is not offered in a folder that is not trusted', () => {
    const starting = contributes.commands.filter(({ enablement }) => enablement === 'isWorkspaceTrusted');
    expect(starting.map(({ command }) => command).sort()).toEqual(
      [
        COMMANDS.startRun,
        COMMANDS.trySample,
        COMMANDS.resume,
        COMMANDS.probeKnowledge,
        COMMANDS.compareMethods,
        // It starts nothing, and reads whatever file the config names.
        COMMANDS.splitOffEvaluation,
      ].sort(),
    );
  });
});

describe('menus and keys', () => {
  it('name commands that are there', () => {
    for (const { menu, command } of menus) expect([menu, IDS.has(command)]).toEqual([menu, true]);
  });

  it('show no command twice in a group', () => {
    const places = menus.map(({ menu, group, command }) => `${menu} ${group?.split('@')[0]} ${command}`);
    expect(places.filter((place, index) => places.indexOf(place) !== index)).toEqual([]);
  });

  it('leave no two entries of a menu to chance', () => {
    const places = menus
      .filter(({ group }) => group !== undefined)
      // A checkpoint and a run are never asked at once, nor are a panel and a config.
      .map(({ menu, group, when }) => {
        const about = [when?.endsWith('viewItem == checkpoint'), when?.startsWith('resourceFilename')];
        return `${menu} ${group} ${about.join(' ')}`;
      });
    expect(places.filter((place, index) => places.indexOf(place) !== index)).toEqual([]);
  });

  it('offer an action of a run only where it may be asked for', () => {
    const words = (menu: string, key: string): string[] =>
      (contributes.menus[menu] ?? []).flatMap(({ command, when = '' }) =>
        [...when.matchAll(new RegExp(`${key} =~ /\\\\b(\\w+)\\\\b/`, 'g'))].map(([, word]) => {
          // `stop` must not be shown where `save` may be asked for.
          expect(command).toBe(`holdfast.${word}`);
          return word ?? '';
        }),
      );
    const steering = ['continue', 'evaluate', 'kill', 'pause', 'resume', 'save', 'stop'];
    expect(words('commandPalette', 'holdfast.actions').sort()).toEqual(steering);
    expect(new Set(words('view/item/context', 'viewItem'))).toEqual(
      new Set([...steering, 'openLog', 'openConfig', 'reveal', 'duplicate', 'rename', 'delete']),
    );
    expect(new Set(words('editor/title', 'holdfast.panelActions'))).toEqual(
      new Set([...steering, 'openLog', 'openConfig', 'duplicate', 'reveal']),
    );
  });

  it('are offered in the title of an editor only beside a panel or a config', () => {
    for (const { when } of contributes.menus['editor/title'] ?? [])
      expect(when).toMatch(
        new RegExp(`^(activeWebviewPanelId == '${RUN_PANEL}'|resourceFilename =~ \\S+) && `),
      );
  });

  it('offer every command in the palette, or say why not', () => {
    const palette = new Map(
      (contributes.menus.commandPalette ?? []).map(({ command, when }) => [command, when]),
    );
    const always = [...IDS].filter((id) => !palette.has(id));
    // What needs no run.
    expect(always.sort()).toEqual(
      [
        COMMANDS.startRun,
        COMMANDS.newConfig,
        COMMANDS.trySample,
        COMMANDS.probeKnowledge,
        COMMANDS.compareMethods,
        COMMANDS.openReference,
        COMMANDS.restartAnnotations,
        COMMANDS.checkEnvironment,
        COMMANDS.setUpTorch,
        COMMANDS.refresh,
        COMMANDS.showOutput,
      ].sort(),
    );
  });
});

/** Of the editor, as far as we use them. */
const EDITOR_KEYS: readonly string[] = [
  'isWorkspaceTrusted',
  'view',
  'viewItem',
  'focusedView',
  'resourceFilename',
  'isInDiffEditor',
  'activeWebviewPanelId',
];
const VIEW_ITEMS: readonly string[] = ['run', 'checkpoint', ...RUN_ACTIONS];

describe('when clauses', () => {
  it.each(clauses)('%s: knows every key in %j', (_where, clause) => {
    const known: readonly string[] = [...EDITOR_KEYS, ...Object.values(CONTEXT), 'false'];
    const keys = keysIn(clause);
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(known).toContain(key);
  });

  it('compare with ids and words that there are', () => {
    const compared = clauses.flatMap(([, clause]) =>
      [...clause.matchAll(/(\S+) == '?([\w.]+)'?/g)].map(([, key = '', value = '']) => ({ key, value })),
    );
    const known: Readonly<Record<string, readonly string[]>> = {
      view: [VIEWS.runs],
      focusedView: [VIEWS.runs],
      activeWebviewPanelId: [RUN_PANEL],
      viewItem: VIEW_ITEMS,
    };
    expect(compared.length).toBeGreaterThan(0);
    for (const { key, value } of compared) expect(known[key.replace('(', '')]).toContain(value);
  });

  it('ask with expressions for words that there are', () => {
    const patterns = clauses.flatMap(([, clause]) =>
      [...clause.matchAll(/(\S+) =~ (\/(?:\\.|[^/])+\/)/g)].map(([, key = '', pattern = '']) => ({
        key,
        pattern,
      })),
    );
    for (const { key, pattern } of patterns) {
      const expression = new RegExp(pattern.slice(1, -1));
      const examples = key === 'resourceFilename' ? ['a.sft.yaml', 'a.sft.yml', 'a.sft.json'] : VIEW_ITEMS;
      expect([pattern, examples.some((example) => expression.test(example))]).toEqual([pattern, true]);
    }
  });

  it('start a run from a config and from no other file', () => {
    const [item] = contributes.menus['editor/title/run'] ?? [];
    const pattern = /resourceFilename =~ \/(.+?)\/ &&/.exec(item?.when ?? '')?.[1] ?? '';
    const names = [
      'a.sft.yaml',
      'a.sft.yml',
      'a.sft.json',
      'a.yaml',
      'sft.yaml',
      'a.sft.yaml.bak',
      'a.sft_yaml',
    ];
    expect(names.filter((name) => new RegExp(pattern).test(name))).toEqual(names.slice(0, 3));
  });
});

describe('files and links', () => {
  const media = contributes.walkthroughs.flatMap(({ steps }) =>
    steps.flatMap(({ media: parts }) => [parts.markdown, parts.svg].filter((path) => path !== undefined)),
  );
  const icons = [
    manifest.icon,
    ...Object.values(contributes.viewsContainers).flatMap((all) => all.map(({ icon }) => icon)),
    ...Object.values(contributes.views).flatMap((all) => all.map(({ icon }) => icon)),
  ];
  it.each([...new Set([...icons, ...media])])('%s is there', (path) => {
    expect(existsSync(join(ROOT, path))).toBe(true);
  });

  it('every step of the walkthrough shows something', () => {
    const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
    expect(media.length).toBe(steps.length);
    for (const { media: parts } of steps) if (parts.svg !== undefined) expect(parts.altText).toMatch(/\w/);
  });

  it('the icon of the editor bar is a shape in one colour: the editor paints it in that of the theme', () => {
    for (const { icon } of Object.values(contributes.viewsContainers).flat()) {
      const painted = [...read(icon).matchAll(/(?:fill|stroke)="([^"]*)"/g)].map(([, colour]) => colour);
      expect(new Set(painted.filter((colour) => colour !== 'none')).size).toBe(1);
    }
  });

  it('every link and every event of the texts names a command', () => {
    const texts = [
      ...contributes.viewsWelcome.map(({ contents }) => contents),
      ...contributes.walkthroughs.flatMap(({ steps }) =>
        steps.flatMap(({ description, completionEvents }) => [description, ...completionEvents]),
      ),
      ...media.filter((path) => path.endsWith('.md')).map(read),
    ];
    const named = texts.flatMap((text) =>
      [...text.matchAll(/(?:\(command:|onCommand:)([\w.]+)/g)].map(([, command = '']) => command),
    );
    expect(named.length).toBeGreaterThan(8);
    for (const command of named)
      if (command !== 'workbench.trust.manage') expect([command, IDS.has(command)]).toEqual([command, true]);
  });

  it('the build makes what is named in dist/', () => {
    const build = read('scripts/build.mjs') + read('scripts/package.mjs');
    for (const path of [manifest.main, ...contributes.jsonValidation.map(({ url }) => url)]) {
      expect(path).toMatch(/^\.\/dist\//);
      expect(build).toContain(path.replace(/^\.\/dist\//, '').replace(/\.c?js$/, ''));
    }
  });
});

it('the extension wakes up for panels that are restored, and to follow runs that others start', () => {
  expect(manifest.activationEvents).toEqual(['onStartupFinished', `onWebviewPanel:${RUN_PANEL}`]);
});

it('settings say what they do, and take their own defaults', () => {
  for (const [id, setting] of Object.entries(contributes.configuration.properties)) {
    expect([id, setting.description ?? setting.markdownDescription]).toEqual([
      id,
      expect.stringMatching(/\.$/),
    ]);
    expect(typeof setting.default).toBe(setting.type);
    if (Array.isArray(setting.enum)) {
      expect(setting.enum).toContain(setting.default);
      expect(setting.enumDescriptions).toHaveLength(setting.enum.length);
    }
  }
});

/** The context keys in a `when` clause. */
function keysIn(clause: string): string[] {
  const withoutPatterns = clause.replace(/=~ \/(?:\\.|[^/])+\/\w*/g, '').replace(/== ('[^']*'|[\w.]+)/g, '');
  return withoutPatterns.match(/[A-Za-z][\w.]*/g) ?? [];
}
