/** Tests run what users run: every program is built once before the first test. */
export async function setup(): Promise<void> {
  if (process.env.HOLDFAST_BUILT === '1') return;
  const { buildAll } = (await import('../scripts/build.mjs')) as { buildAll: () => Promise<void> };
  await buildAll();
}
