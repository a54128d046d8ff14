import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseGpus } from '../../src/facts/machine/gpus.ts';
import { linuxMemory } from '../../src/facts/machine/memory.ts';
import { scratch } from '../folder/bundle.ts';
import { answerTo } from './asking.ts';

const GB = 2 ** 30;
const MACHINE = { total: 64 * GB, free: GB };
const MEMINFO = `MemTotal: 67108864 kB\nMemFree: 1048576 kB\nMemAvailable: ${32 * 1024 ** 2} kB\n`;

describe('memory that a Linux process may have', () => {
  test.each<readonly [string, Readonly<Record<string, string>>, number, number]>([
    ['where nothing can be read', {}, 64, 1],
    ['of the machine', { '/proc/meminfo': MEMINFO, '/proc/self/cgroup': '0::/\n' }, 64, 32],
    [
      'in a container',
      {
        '/proc/meminfo': MEMINFO,
        '/proc/self/cgroup': '0::/\n',
        '/sys/fs/cgroup/memory.max': `${8 * GB}\n`,
        '/sys/fs/cgroup/memory.current': `${5 * GB}\n`,
        '/sys/fs/cgroup/memory.stat': `anon 1\ninactive_file ${2 * GB}\n`,
      },
      8,
      5,
    ],
    [
      'in a group whose parent has the limit',
      {
        '/proc/meminfo': MEMINFO,
        '/proc/self/cgroup': '0::/user.slice/job\n',
        '/sys/fs/cgroup/user.slice/job/memory.max': 'max\n',
        '/sys/fs/cgroup/user.slice/memory.max': `${16 * GB}\n`,
        '/sys/fs/cgroup/user.slice/memory.current': `${GB}\n`,
      },
      16,
      15,
    ],
    [
      'in a group of version 1',
      {
        '/proc/meminfo': MEMINFO,
        '/proc/self/cgroup': '4:cpu,cpuacct:/a\n3:memory:/docker/x\n',
        '/sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes': `${4 * GB}\n`,
        '/sys/fs/cgroup/memory/docker/x/memory.usage_in_bytes': `${3 * GB}\n`,
        '/sys/fs/cgroup/memory/docker/x/memory.stat': `cache 9\ntotal_inactive_file ${GB}\n`,
        '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      },
      4,
      2,
    ],
    [
      'that is used up',
      {
        '/proc/self/cgroup': '0::/\n',
        '/sys/fs/cgroup/memory.max': `${GB}\n`,
        '/sys/fs/cgroup/memory.current': `${2 * GB}\n`,
      },
      1,
      0,
    ],
    [
      'where the group says nonsense',
      { '/proc/self/cgroup': 'x\n0::\n0::/a\n', '/sys/fs/cgroup/a/memory.max': 'many' },
      64,
      1,
    ],
  ])('%s', (_name, files, total, free) => {
    expect(linuxMemory(MACHINE, (path) => files[path])).toEqual({ total: total * GB, free: free * GB });
  });
});

test('GPUs are read from what NVIDIA says of them', () => {
  expect(
    parseGpus('NVIDIA H200, 143771\nNVIDIA A100-SXM4-40GB, 40960\r\n\nNo devices were found\nX, [N/A]\n'),
  ).toEqual([
    { name: 'NVIDIA H200', kind: 'cuda', memory_bytes: 143_771 * 1024 ** 2 },
    { name: 'NVIDIA A100-SXM4-40GB', kind: 'cuda', memory_bytes: 40_960 * 1024 ** 2 },
  ]);
});

test('this machine has memory and cores', async () => {
  const device = await answerTo('device', {});
  expect(device?.cores).toBeGreaterThanOrEqual(1);
  expect(device?.free_bytes).toBeLessThanOrEqual(device?.memory_bytes ?? NaN);
  expect(device?.gpus).toBeInstanceOf(Array);
});

test('a folder that is yet to be made is on the disk of what is there', async () => {
  const folder = scratch();
  const free = (await answerTo('disk', { folder: join(folder, 'a', 'b') }))?.free_bytes;
  expect(free).toBeGreaterThan(0);
  mkdirSync(join(folder, 'a'));
  expect(await answerTo('disk', { folder: join(folder, 'a') })).toBeDefined();
});
