/** Where the extension writes what it does; users send it along with bug reports. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
