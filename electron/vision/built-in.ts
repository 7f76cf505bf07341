// The network that ships with Likeness (build/pretrain/ makes it): an ONNX file with its description beside it, like any
// other embedder's.
import { fileURLToPath } from 'node:url';

export const builtInNetwork = fileURLToPath(new URL('./built-in/network.onnx', import.meta.url));
