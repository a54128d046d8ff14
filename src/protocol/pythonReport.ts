import * as z from 'zod';
import { deferred } from './deferred.ts';

/** What a Python interpreter says of itself when it is asked whether it can run the torch engine. */
export const PythonReportSchema = deferred(() =>
  z.object({
    /** Version of Python, such as 3.11.2. */
    python: z.string().max(100),
    /** Version by package name; null: not installed. */
    packages: z.record(z.string(), z.string().max(100).nullable()),
    /** Why PyTorch cannot be imported; null where it can, or is not there. */
    import_error: z.string().nullable(),
    /** null where PyTorch was not imported. */
    torch: z
      .object({
        /** What it was built for; null: not. */
        cuda: z.string().max(100).nullable(),
        hip: z.string().max(100).nullable(),
        /** GPUs that it sees, CUDA or ROCm. */
        gpus: z.array(z.string().max(300)),
        /** Whether it can use an Apple GPU. */
        mps: z.boolean(),
      })
      .nullable(),
  }),
);
export type PythonReport = z.infer<typeof PythonReportSchema>;
