import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tryLock } from '../../src/folder/exclusiveLock.ts';

// Child process of the lock tests: waits for the file `go`, tries every lock the file `names` lists, prints which it won, holds them.
const [folder = '.'] = process.argv.slice(2);
process.stdout.write('ready\n');
while (!existsSync(join(folder, 'go'))) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
const locks = JSON.parse(readFileSync(join(folder, 'names'), 'utf8')) as string[];
const won = locks.filter((name) => 'lock' in tryLock(join(folder, name), `racer ${process.pid}`));
process.stdout.write(`${JSON.stringify(won)}\n`);
// Until killed, or the test goes away and closes stdin.
process.stdin.on('end', () => process.exit(0)).resume();
