// The methods by name, in the order of the report.
import type { RetrievalMethod } from '../method.ts';
import { anchorGraph1, anchorGraph2 } from './anchor-graph.ts';
import { binaryNetwork } from './binary-network.ts';
import { compositeQuantization } from './composite-quantization.ts';
import {
  deepquan,
  deepquanLinear,
  deepquanPaper,
  deepquanThenRq,
  linearThenLsq,
  linearThenOpq,
  linearThenRq,
} from './deepquan.ts';
import { exact } from './exact.ts';
import { itq } from './itq.ts';
import { kmeansHashing } from './kmeans-hashing.ts';
import { localSearchQuantizer } from './local-search.ts';
import { lsh } from './lsh.ts';
import { opq, pq } from './product-quantization.ts';
import { afterPrincipalComponents } from './quantizers.ts';
import { rabitq } from './rabitq.ts';
import { residualQuantizer } from './residual-quantization.ts';
import { selfSupervisedQuantization } from './self-supervised-quantization.ts';
import { spectralHashing } from './spectral-hashing.ts';
import { deepBit, tripletHashing } from './view-hashing.ts';

const rq = afterPrincipalComponents('rq', 'Chen, Guan, Wang 2010', [64, 128, 256], residualQuantizer);
const lsq = afterPrincipalComponents('lsq', 'Martinez, Clement, Hoos, Little 2016', [128], localSearchQuantizer);

export const retrievalMethods: readonly RetrievalMethod[] = [
  lsh,
  spectralHashing,
  itq,
  kmeansHashing,
  anchorGraph1,
  anchorGraph2,
  binaryNetwork,
  deepBit,
  tripletHashing,
  pq,
  opq,
  compositeQuantization,
  rq,
  lsq,
  rabitq,
  selfSupervisedQuantization,
  deepquan,
  deepquanThenRq,
  deepquanLinear,
  linearThenOpq,
  linearThenRq,
  linearThenLsq,
  deepquanPaper,
  exact,
];
