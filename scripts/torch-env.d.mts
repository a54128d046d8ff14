/** `python`: an interpreter with the packages of the torch engine's tests; else `missing`: one sentence, what and how to get it. */
export function ensureTorchEnvironment(): Promise<
  | { readonly python: string; readonly missing?: undefined }
  | {
      readonly python?: undefined;
      readonly missing: string;
      /** There is a Python, and it could not be fitted out: no reason to skip anything. */
      readonly isBroken?: boolean;
    }
>;
