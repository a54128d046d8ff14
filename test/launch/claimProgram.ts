import { existsSync } from 'node:fs';
import { claim } from '../../src/launch/claims.ts';

// Child process of the claims test: waits for the file `go`, claims many keys, prints which it was the first to claim.
const [go = ''] = process.argv.slice(2);
process.stdout.write('ready\n');
while (!existsSync(go)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
const keys = Array.from({ length: 300 }, (_, index) => `run ${index} finished`);
process.stdout.write(`${JSON.stringify(keys.filter(claim))}\n`);
