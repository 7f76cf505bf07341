// Every LIKENESS_* variable that the program reads, in one place. An empty one counts as not set.

export interface Environment {
  /** What runs networks, as onnxruntime calls it; the fastest in a trial where it is not set. */
  readonly provider: string | undefined;
  /** The TensorFlow.js backend that trains; the fastest in a trial where it is not set. */
  readonly backend: string | undefined;
  /** The instruction set that scans codes, or 'typescript'; the best there is where it is not set. */
  readonly scan: string | undefined;
}

export function environment(variables: Readonly<Record<string, string | undefined>> = process.env): Environment {
  const read = (name: string): string | undefined => variables[name] || undefined;
  return {
    provider: read('LIKENESS_PROVIDER'),
    backend: read('LIKENESS_BACKEND'),
    scan: read('LIKENESS_SCAN'),
  };
}
