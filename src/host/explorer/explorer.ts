import {
  EventEmitter,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  window,
  type TreeDataProvider,
} from 'vscode';
import type { Disposable } from '../../base/emitter.ts';
import { createLostFactsReader, type LostFactsReader } from '../../launch/lostFactsReader.ts';
import type { RunFeed } from '../../launch/runFeed.ts';
import { VIEWS } from '../contributions.ts';
import { plain } from '../plain.ts';
import type { Roots } from '../roots.ts';
import { throttle, together } from '../throttle.ts';
import { groupRuns, isActive } from './groups.ts';
import type { Leaf, Node, Part } from './nodes.ts';
import { checkpointLeaves, factLeaves, leafItem, metricLeaves, PARTS, partItem } from './parts.ts';
import { runItem } from './runItem.ts';

/** An eye does not follow more, and every redraw costs the window. */
const REDRAW_MS = 250;

/** The run explorer in the activity bar. */
export function createExplorer(feed: RunFeed, roots: Roots): Disposable {
  const provider = new RunTree(feed, roots);
  const view = window.createTreeView(VIEWS.runs, { treeDataProvider: provider, showCollapseAll: true });
  const showBadge = (): void => {
    const count = feed.all().filter((run) => isActive(run) && roots.isShown(run)).length;
    view.badge =
      count === 0
        ? undefined
        : { value: count, tooltip: count === 1 ? '1 run at work' : `${count} runs at work` };
  };
  const redraw = throttle(() => {
    if (view.visible) provider.redraw();
    showBadge();
  }, REDRAW_MS);
  return together(
    view,
    provider,
    redraw,
    feed.onDidChange(() => redraw.call()),
    view.onDidChangeVisibility(() => redraw.call()),
  );
}

class RunTree implements TreeDataProvider<Node>, Disposable {
  private readonly changed = new EventEmitter<Node | undefined>();
  private readonly readers = new Map<string, LostFactsReader>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly feed: RunFeed,
    private readonly roots: Roots,
  ) {}

  redraw(): void {
    for (const folder of this.readers.keys())
      if (this.feed.get(folder) === undefined) this.readers.delete(folder);
    this.changed.fire(undefined);
  }

  dispose(): void {
    this.changed.dispose();
  }

  getTreeItem(node: Node): TreeItem {
    switch (node.kind) {
      case 'group':
        return groupItem(node);
      case 'run':
        return runItem(node.run);
      case 'part': {
        const run = this.feed.get(node.folder);
        return run === undefined ? new TreeItem('Gone') : partItem(run, node.part);
      }
      case 'leaf':
        return leafItem(node.leaf, node.id);
      case 'problem':
        return problemItem(node.problem, node.root);
    }
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node === undefined) return this.top();
    if (node.kind === 'group') return node.runs.flatMap((folder) => this.runNode(folder));
    if (node.kind === 'run') return PARTS.map((part) => ({ kind: 'part', folder: node.folder, part }));
    return node.kind === 'part' ? this.leaves(node.folder, node.part) : [];
  }

  private top(): Node[] {
    const groups = groupRuns(this.feed.all().filter((run) => this.roots.isShown(run)));
    const problems = [...this.feed.problems()].map(([root, problem]): Node => ({
      kind: 'problem',
      root,
      problem,
    }));
    return [
      ...problems,
      ...groups.map(({ id, label, runs }): Node => ({
        kind: 'group',
        id,
        label,
        runs: runs.map(({ folder }) => folder),
      })),
    ];
  }

  private runNode(folder: string): Node[] {
    const run = this.feed.get(folder);
    return run === undefined ? [] : [{ kind: 'run', folder, run }];
  }

  private async leaves(folder: string, part: Part): Promise<Node[]> {
    const run = this.feed.get(folder);
    if (run === undefined) return [];
    const leaves: readonly Leaf[] =
      part === 'metrics'
        ? metricLeaves(run)
        : part === 'checkpoints'
          ? checkpointLeaves(run)
          : factLeaves(await this.readerOf(folder).read(run.state));
    return leaves.map((leaf, index) => ({ kind: 'leaf', id: `${folder}#${part}#${index}`, leaf }));
  }

  private readerOf(folder: string): LostFactsReader {
    const reader = this.readers.get(folder) ?? createLostFactsReader(folder);
    this.readers.set(folder, reader);
    return reader;
  }
}

function groupItem({ id, label, runs }: Extract<Node, { kind: 'group' }>): TreeItem {
  const item = new TreeItem(plain(label, 80), TreeItemCollapsibleState.Expanded);
  item.id = `group ${id}`;
  item.description = String(runs.length);
  if (!id.startsWith('@')) item.tooltip = plain(id, 500);
  item.contextValue = 'group';
  return item;
}

function problemItem(problem: string, root: string): TreeItem {
  const item = new TreeItem(plain(problem, 200), TreeItemCollapsibleState.None);
  item.id = `problem ${root}`;
  item.tooltip = plain(problem, 1_000);
  item.iconPath = new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
  return item;
}
