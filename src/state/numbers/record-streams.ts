import {keyGroupForHash} from '../../core/index.js'
import type {KeyGroupBuckets} from '../snapshots/key-group-buckets.js'
import type {StreamIndex} from '../snapshots/snapshot-file.js'
import type {StreamsOptions} from '../snapshots/streams-options.js'
import {HASH, HEAD, type KeyForm, type RecordChunk} from './record-layout.js'
import type {RecordVisitor} from './record-memory.js'
import {RecordStream} from './record-stream.js'

const FORMS = 3

/** The streams of one table in a file, into which it copies records: by key groups, and by the form of keys. */
export class RecordStreams implements RecordVisitor {
  private readonly streams: (RecordStream | undefined)[] = []
  private readonly buckets: KeyGroupBuckets
  private readonly maxParallelism: number

  constructor(
    private readonly rows: StreamIndex['rows'],
    private readonly options: StreamsOptions,
  ) {
    this.buckets = options.buckets
    this.maxParallelism = options.maxParallelism
  }

  visit(chunk: RecordChunk, place: number): void {
    const {ints} = chunk
    const bucket = this.buckets.of(keyGroupForHash(ints[2 * place + HASH], this.maxParallelism))
    const form = (ints[2 * place + HEAD] & 3) as KeyForm
    const stream = this.streams[FORMS * bucket + form] ?? this.open(bucket, form)
    stream.put(chunk, place)
  }

  private open(bucket: number, form: KeyForm): RecordStream {
    const {rows} = this
    const {state, buckets, buffers, onOpen} = this.options
    const stream = new RecordStream({...buckets.rangeOf(bucket), state, rows, form, buffers})
    this.streams[FORMS * bucket + form] = stream
    onOpen(stream)
    return stream
  }
}
