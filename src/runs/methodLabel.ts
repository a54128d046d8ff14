export { methodLabel } from '../protocol/methodLabel.ts';
