import type {ResultPartitionDeployment} from '../../graph/index.js'
import type {Random} from '../../platform/index.js'
import type {PartitionFunctions} from '../contract.js'
import {CustomPartitioner} from './custom-partitioner.js'
import {HashPartitioner} from './hash-partitioner.js'
import {RandomPartitioner} from './random-partitioner.js'
import {RoundRobinPartitioner} from './round-robin-partitioner.js'
import type {RowPartitioner} from './row-partitioner.js'
import {SinglePartitioner} from './single-partitioner.js'

export interface RowPartitionerParts {
  readonly deployment: Pick<ResultPartitionDeployment, 'partitioner' | 'subpartitionCount' | 'maxParallelism'>
  readonly functions: PartitionFunctions
  readonly random: Random
  hashKey(key: unknown): number
}

/** The partitioner of a deployment. A broadcast has one writer for all its subpartitions, so for it there is one only. */
export function createRowPartitioner(parts: RowPartitionerParts): RowPartitioner {
  const {deployment, functions, random, hashKey} = parts
  const {partitioner, subpartitionCount, maxParallelism} = deployment
  const {kind} = partitioner
  if (subpartitionCount === 1) return new SinglePartitioner()
  switch (kind) {
    case 'forward':
    case 'global':
    case 'broadcast':
      return new SinglePartitioner()
    case 'rescale':
      return new RoundRobinPartitioner(subpartitionCount, 0)
    case 'rebalance':
      return new RoundRobinPartitioner(subpartitionCount, Math.floor(random.next() * subpartitionCount))
    case 'shuffle':
      return new RandomPartitioner(subpartitionCount, random)
    case 'custom':
      return new CustomPartitioner(subpartitionCount, functions)
    case 'hash':
      return new HashPartitioner({
        subpartitionCount,
        maxParallelism,
        keyColumn: partitioner.keyColumn,
        selectKey: functions.selectKey,
        explain: functions.explain,
        hashKey,
      })
  }
}
