import { describe, expect, test } from 'vitest';
import { policyFor } from '../../src/facts/policy.ts';

const WINDOWS = {
  platform: 'win32',
  workspaceFolders: ['C:\\work\\Project', '\\\\files\\team\\project'],
} as const;
const LINUX = { platform: 'linux', workspaceFolders: ['/home/me/project'] } as const;

describe('on Windows', () => {
  const restricted = policyFor({ ...WINDOWS, isTrusted: false });
  const trusted = policyFor({ ...WINDOWS, isTrusted: true });
  test.each([
    // path, in Restricted Mode, trusted
    ['C:\\work\\Project\\rows.jsonl', true, true],
    ['c:/work/project/sub/rows.jsonl', true, true],
    ['C:\\work\\Project', true, true],
    ['C:\\work\\Project2\\rows.jsonl', false, true],
    ['C:\\work\\Project\\..\\rows.jsonl', false, false],
    ['D:\\rows.jsonl', false, true],
    // Another computer: only the server that the workspace is on, and only when it is trusted.
    ['\\\\files\\team\\project\\rows.jsonl', false, true],
    ['//FILES/other/rows.jsonl', false, true],
    ['\\\\files@SSL@8443\\DavWWWRoot\\rows.jsonl', false, true],
    ['\\\\evil.example\\share\\rows.jsonl', false, false],
    ['//evil.example/share/rows.jsonl', false, false],
    ['\\/evil.example\\share', false, false],
    // Past all rules, and devices.
    ['\\\\?\\C:\\work\\Project\\rows.jsonl', false, false],
    ['\\\\?\\UNC\\evil.example\\share', false, false],
    ['\\\\.\\PhysicalDrive0', false, false],
    ['//./pipe/name', false, false],
    ['\\??\\C:\\work\\Project\\rows.jsonl', false, false],
    ['C:\\work\\Project\\NUL', false, false],
    ['C:\\work\\Project\\con.jsonl', false, false],
    ['C:\\work\\Project\\COM1 .txt', false, false],
    ['C:\\work\\Project\\console.jsonl', true, true],
    ['C:\\work\\Project\\rows.jsonl:hidden', false, false],
    // Neither is the whole path.
    ['\\work\\Project\\rows.jsonl', false, false],
    ['rows.jsonl', false, false],
    ['C:rows.jsonl', false, false],
    ['C:\\work\\Project\\a\0b', false, false],
  ])('%j: restricted %s, trusted %s', (path, inRestrictedMode, whenTrusted) => {
    expect([restricted.mayOpen(path), trusted.mayOpen(path)]).toEqual([inRestrictedMode, whenTrusted]);
  });
});

describe('on Linux', () => {
  const restricted = policyFor({ ...LINUX, isTrusted: false });
  const trusted = policyFor({ ...LINUX, isTrusted: true });
  test.each([
    ['/home/me/project/rows.jsonl', true, true],
    ['/home/me/project', true, true],
    ['/home/me/project/..rows', true, true],
    ['/home/me/project2/rows.jsonl', false, true],
    ['/home/me/Project/rows.jsonl', false, true],
    ['/home/me/project/../rows.jsonl', false, false],
    ['/home/me/project/a/../rows.jsonl', false, false],
    ['/etc/passwd', false, true],
    ['/dev/zero', false, false],
    ['/proc/self/environ', false, false],
    ['//proc/self/environ', false, false],
    ['/sys/power/state', false, false],
    ['/device/rows.jsonl', false, true],
    ['rows.jsonl', false, false],
    ['/home/me/project/a\0b', false, false],
  ])('%j: restricted %s, trusted %s', (path, inRestrictedMode, whenTrusted) => {
    expect([restricted.mayOpen(path), trusted.mayOpen(path)]).toEqual([inRestrictedMode, whenTrusted]);
  });

  test('the whole disk is a workspace like any other', () => {
    const { mayOpen } = policyFor({ platform: 'linux', workspaceFolders: ['/'], isTrusted: false });
    expect([mayOpen('/etc/passwd'), mayOpen('/dev/zero')]).toEqual([true, false]);
  });
});

test('without a workspace, Restricted Mode opens nothing', () => {
  const { mayOpen } = policyFor({ platform: 'linux', workspaceFolders: [], isTrusted: false });
  expect(mayOpen('/home/me/rows.jsonl')).toBe(false);
});
