// Every variable of the environment that the program reads, in one place. An empty one counts as not set.

export interface Environment {
  /** What runs networks, as onnxruntime calls it; the fastest in a trial where it is not set. */
  readonly provider: string | undefined;
  /** The TensorFlow.js backend that trains; the fastest in a trial where it is not set. */
  readonly backend: string | undefined;
  /** The instruction set that scans codes, or 'typescript'; the best there is where it is not set. */
  readonly scan: string | undefined;
  /** Where embedders are fetched from, as the clients of the Hugging Face hub name it (HF_ENDPOINT). */
  readonly hub: string;
  /** Hosts that are reached past the proxy; HTTP_PROXY and HTTPS_PROXY themselves are read by what goes through them. */
  readonly noProxy: string | undefined;
}

const HUB = 'https://huggingface.co';

export function environment(variables: Readonly<Record<string, string | undefined>> = process.env): Environment {
  const read = (name: string): string | undefined => variables[name] || undefined;
  return {
    provider: read('LIKENESS_PROVIDER'),
    backend: read('LIKENESS_BACKEND'),
    scan: read('LIKENESS_SCAN'),
    noProxy: read('no_proxy') ?? read('NO_PROXY'),
    hub: (read('HF_ENDPOINT') ?? HUB).replace(/\/+$/, ''),
  };
}
