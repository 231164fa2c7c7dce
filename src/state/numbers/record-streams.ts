import {keyGroupForHash} from '../../core/index.js'
import type {KeyGroupBuckets} from '../snapshots/key-group-buckets.js'
import type {SnapshotBuffers} from '../snapshots/snapshot-buffers.js'
import type {StreamIndex} from '../snapshots/snapshot-file.js'
import type {SnapshotStream} from '../snapshots/snapshot-stream.js'
import type {KeyForm, RecordMemory, Ref} from './record-memory.js'
import {RecordStream} from './record-stream.js'

const FORMS = 3

export interface RecordStreamsOptions {
  /** Place of the state in the file's index. */
  readonly state: number
  readonly buckets: KeyGroupBuckets
  readonly maxParallelism: number
  readonly buffers: SnapshotBuffers
  /** Hears of each new stream. */
  readonly onOpen: (stream: SnapshotStream) => void
}

/** The streams of one table in a file: by key groups, and by the form of keys. */
export class RecordStreams {
  private readonly streams: (RecordStream | undefined)[] = []

  constructor(
    private readonly memory: RecordMemory,
    private readonly rows: StreamIndex['rows'],
    private readonly options: RecordStreamsOptions,
  ) {}

  put(ref: Ref): void {
    const {memory, streams} = this
    const {buckets, maxParallelism} = this.options
    const bucket = buckets.of(keyGroupForHash(memory.hash(ref), maxParallelism))
    const form = (memory.head(ref) & 3) as KeyForm
    const stream = streams[FORMS * bucket + form] ?? this.open(bucket, form)
    stream.put(ref)
  }

  private open(bucket: number, form: KeyForm): RecordStream {
    const {memory, rows} = this
    const {state, buckets, buffers, onOpen} = this.options
    const stream = new RecordStream({...buckets.rangeOf(bucket), state, rows, form, memory, buffers})
    this.streams[FORMS * bucket + form] = stream
    onOpen(stream)
    return stream
  }
}
