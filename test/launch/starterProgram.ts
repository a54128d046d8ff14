import { startEngine } from '../../src/launch/startEngine.ts';

// Child process of the tests: starts an engine, prints its pid, and then ends by itself or, with `stay`, waits to be killed.
const [stay, folder = '', command = '', ...args] = process.argv.slice(2);
try {
  const { process: engine } = await startEngine({ folder, engine: { command, args } });
  process.stdout.write(`started ${engine.pid}\n`);
} catch (error) {
  process.stdout.write(`refused ${error instanceof Error ? error.message.replaceAll('\n', ' ') : ''}\n`);
}
if (stay === 'stay') setInterval(() => undefined, 1_000);
