import type {WordKernel} from '../../columns/index.js'
import {ConfigReader} from '../config-reader.js'
import type {Operator, OperatorFactory} from '../operator.js'
import {FormatOperator} from '../rows/format.js'
import {LimitOperator} from '../rows/limit.js'
import {MergeOperator} from '../rows/merge.js'
import {CountOperator} from './count.js'
import {COUNT_MEMORY_SHARE, SPILL_PARTITION_COUNT} from './count-config.js'
import {LocalCountOperator} from './local-count.js'
import {LOCAL_MEMORY_SHARE} from './local-count-config.js'
import {RunningCountOperator} from './running-count.js'
import {TokenizeOperator} from './tokenize.js'

const WORD_ORDERS = ['count', 'word', 'none'] as const
const SORTED_ORDERS = ['count', 'word'] as const
const FORMATS = ['tsv', 'csv', 'json'] as const

/**
 * The operators of a word count, by factory name. `kernel` gives the kernels they work with; it is asked when an operator opens.
 *
 *   words.tokenize        {}
 *   words.local-count     {memoryShare?}
 *   words.count           {order?: count|word|none, limit?, memoryShare?, spillPartitionCount?}
 *   words.running-count   {}
 *   rows.merge            {order?: count|word, limit?}
 *   rows.limit            {limit}
 *   rows.format           {format?: tsv|csv|json}
 */
export function wordOperatorFactories(kernel: () => WordKernel): readonly (readonly [string, OperatorFactory])[] {
  return [
    factory('words.tokenize', () => new TokenizeOperator(kernel)),
    factory('words.local-count', (config) => {
      return new LocalCountOperator(kernel, {memoryShare: config.share('memoryShare', LOCAL_MEMORY_SHARE)})
    }),
    factory('words.count', (config) => new CountOperator(kernel, countConfig(config))),
    factory('words.running-count', () => new RunningCountOperator(kernel)),
    factory('rows.merge', (config) => new MergeOperator(kernel, mergeConfig(config))),
    factory('rows.limit', (config) => new LimitOperator(limitOf(config))),
    factory('rows.format', (config) => new FormatOperator(kernel, config.oneOf('format', FORMATS, 'tsv'))),
  ]
}

function factory(name: string, make: (config: ConfigReader) => Operator): readonly [string, OperatorFactory] {
  return [name, (config) => ({kind: 'operator', operator: make(new ConfigReader(name, config))})]
}

function countConfig(config: ConfigReader) {
  return {
    order: config.oneOf('order', WORD_ORDERS, 'none'),
    limit: limitOf(config),
    memoryShare: config.share('memoryShare', COUNT_MEMORY_SHARE),
    spillPartitionCount: config.optionalInteger('spillPartitionCount', 2) ?? SPILL_PARTITION_COUNT,
  }
}

function mergeConfig(config: ConfigReader) {
  return {order: config.oneOf('order', SORTED_ORDERS, 'count'), limit: limitOf(config)}
}

function limitOf(config: ConfigReader): number {
  return config.optionalInteger('limit', 0) ?? Number.POSITIVE_INFINITY
}
