import {keyGroupForHash} from '../../core/index.js'
import {hashKey} from '../../types/index.js'
import {hashOfLatin1, hashOfWide} from './hash-units.js'
import type {PlainRows, PlainText} from './plain-rows.js'
import {type PlainKeys, PlainStream} from './plain-stream.js'
import type {StreamsOptions} from './streams-options.js'

/** The streams of a state's plain rows in a file: by key groups, and by kind of keys. */
export class PlainStreams implements PlainRows {
  private readonly streams: Readonly<Record<PlainKeys, (PlainStream | undefined)[]>> = {
    numbers: [],
    latin1: [],
    utf16: [],
  }

  constructor(private readonly options: StreamsOptions) {}

  putNumber(key: number, namespace: number, value: number): void {
    const stream = this.streamOf('numbers', hashKey(key))
    stream.numbers?.add(key)
    stream.put(namespace, value)
  }

  putText({bytes, from, units, isWide}: PlainText, namespace: number, value: number): void {
    const hash = isWide ? hashOfWide(bytes, from, units) : hashOfLatin1(bytes, from, units)
    const stream = this.streamOf(isWide ? 'utf16' : 'latin1', hash)
    stream.texts?.add(bytes, from, units)
    stream.put(namespace, value)
  }

  private streamOf(keys: PlainKeys, hash: number): PlainStream {
    const {buckets, maxParallelism} = this.options
    const bucket = buckets.of(keyGroupForHash(hash, maxParallelism))
    return this.streams[keys][bucket] ?? this.open(keys, bucket)
  }

  private open(keys: PlainKeys, bucket: number): PlainStream {
    const {state, buckets, buffers, onOpen} = this.options
    const stream = new PlainStream({...buckets.rangeOf(bucket), state, keys, buffers})
    this.streams[keys][bucket] = stream
    onOpen(stream)
    return stream
  }
}
