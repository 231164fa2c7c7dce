import {FtsError} from '../../../core/index.js'
import {dateTimePattern} from './date-time-pattern.js'

/** What a bucket may depend on besides the record. */
export interface BucketContext {
  /** Ms since the epoch. */
  readonly processingTimeMs: number
  /** The record's event time; undefined where it has none. */
  readonly timestampMs: number | undefined
}

/** Decides which folder, below the sink's, a record goes to. */
export interface BucketAssigner<T = unknown> {
  /** A relative path, `''` for the sink's folder itself. */
  bucketId(record: T, context: BucketContext): string
  /** The bucket depends on processing time alone, so that it is asked for once a batch. */
  readonly ignoresRecord?: boolean
}

/** Flink's BasePathBucketAssigner: everything in the sink's own folder. */
export const BASE_PATH_BUCKETS: BucketAssigner = {bucketId: () => '', ignoresRecord: true}

/** Flink's DateTimeBucketAssigner: a folder for each hour of processing time, in the system's time zone, or by another pattern and zone. */
export function dateTimeBuckets(pattern = 'yyyy-MM-dd--HH', timeZone?: string): BucketAssigner {
  const format = dateTimePattern(pattern, timeZone)
  return {bucketId: (_, {processingTimeMs}) => format(processingTimeMs), ignoresRecord: true}
}

/** Refuses ids that lead out of the sink's folder. Errors: `user` FTS_BAD_BUCKET. */
export function checkedBucketId(id: unknown): string {
  const isPath = typeof id === 'string' && !id.startsWith('/') && !id.includes('\0') && !id.split('/').includes('..')
  if (isPath) return id
  throw new FtsError(
    'user',
    'FTS_BAD_BUCKET',
    `the bucket assigner answered ${JSON.stringify(id) ?? String(id)}, which is no folder below the sink's`,
    {},
    {tryThis: 'Answer a relative path such as "2026-11-21" or "country=ch/day=21".'},
  )
}
