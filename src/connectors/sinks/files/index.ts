export {BASE_PATH_BUCKETS, type BucketAssigner, type BucketContext, dateTimeBuckets} from './bucket-assigner.js'
export {FileSinkOperator, type FileSinkParts, type FileSinkSettings} from './file-sink-operator.js'
export * from './on-checkpoint-rolling-policy.js'
export {type DefaultRollingOptions, defaultRolling, type PartState, type RollingPolicy} from './rolling-policy.js'
