// The methods by name, in the order of the report.
import type { RetrievalMethod } from '../method.ts';
import { deepquan, deepquanLinear, deepquanPaper } from './deepquan.ts';
import { exact } from './exact.ts';
import { itq } from './itq.ts';
import { kmeansHashing } from './kmeans-hashing.ts';
import { lsh } from './lsh.ts';
import { opq, pq } from './product-quantization.ts';
import { spectralHashing } from './spectral-hashing.ts';

export const retrievalMethods: readonly RetrievalMethod[] = [
  lsh,
  spectralHashing,
  itq,
  kmeansHashing,
  pq,
  opq,
  deepquan,
  deepquanLinear,
  deepquanPaper,
  exact,
];
