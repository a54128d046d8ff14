/** The protocol this code speaks. Minor versions add fields or event types; a major version breaks readers. */
export const PROTOCOL_VERSION = '1.0';

/**
 * Whether a folder written under `version` can be read here.
 * Returns undefined if so, else one sentence with the cure.
 */
export function protocolProblem(version: string): string | undefined {
  const major = version.split('.')[0];
  if (major === PROTOCOL_VERSION.split('.')[0]) return undefined;
  return `This run folder speaks protocol ${version.slice(0, 20)}, this Holdfast speaks ${PROTOCOL_VERSION}: open it with a matching version of Holdfast.`;
}
