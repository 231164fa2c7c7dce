import type {Batch} from '../columns/index.js'
import type {BatchSerializer} from './batch-serializer.js'
import {ColumnsGatherer} from './columns/columns-gatherer.js'
import {ObjectsGatherer} from './objects/objects-gatherer.js'
import {BytesGatherer} from './wire/bytes-gatherer.js'
import type {Gatherer} from './wire/gatherer.js'
import {HEADER_BYTES} from './wire/message-header.js'
import {TextHead} from './wire/text-head.js'

export interface BatchSerializerOptions {
  /** What carries the messages, for the sentence of an error: `an exchange` where nothing better is known. */
  readonly channelName?: string
  /** Each message can be read without those before it: definitions come again with every one. */
  readonly standAlone?: boolean
}

/** A serializer for one sending channel. Buffers grow to the largest message gathered and are used again. */
export function createBatchSerializer(options: BatchSerializerOptions = {}): BatchSerializer {
  return new ChannelSerializer(options.channelName ?? 'an exchange', options.standAlone ?? false)
}

type AnyGatherer = Gatherer<Batch>

class ChannelSerializer implements BatchSerializer {
  #channelName: string
  #standAlone: boolean
  readonly #textHead = new TextHead()
  readonly #gatherers = new Map<Batch['kind'], AnyGatherer>()
  #kind: Batch['kind'] | undefined
  #current: AnyGatherer | undefined

  constructor(channelName: string, standAlone: boolean) {
    this.#channelName = channelName
    this.#standAlone = standAlone
  }

  get rowCount(): number {
    return this.#current?.rowCount ?? 0
  }

  get byteLength(): number {
    return this.#current?.byteLength ?? HEADER_BYTES
  }

  accepts(batch: Batch): boolean {
    if (this.#current === undefined || this.#isEmpty()) return true
    return batch.kind === this.#kind && this.#current.accepts(batch)
  }

  append(batch: Batch, rows: Int32Array | undefined, rowCount: number): void {
    if (batch.kind !== this.#kind) {
      this.#kind = batch.kind
      this.#current = this.#gathererOf(batch.kind)
    }
    this.#current?.append(batch, rows, rowCount)
  }

  headOf(batch: Batch): Uint8Array | undefined {
    return batch.kind === 'bytes' ? this.#textHead.of(batch) : undefined
  }

  take(): Uint8Array {
    this.#current ??= this.#gathererOf((this.#kind = 'bytes'))
    return this.#current.take()
  }

  restart(channelName: string): void {
    this.#channelName = channelName
    for (const gatherer of this.#gatherers.values()) gatherer.restart(channelName)
  }

  /** A block of text may have bytes and no row. */
  #isEmpty(): boolean {
    return this.rowCount === 0 && (this.#kind !== 'bytes' || this.byteLength === HEADER_BYTES)
  }

  #gathererOf(kind: Batch['kind']): AnyGatherer {
    let gatherer = this.#gatherers.get(kind)
    if (gatherer === undefined) {
      gatherer = newGatherer(kind, {channelName: this.#channelName, standAlone: this.#standAlone})
      this.#gatherers.set(kind, gatherer)
    }
    return gatherer
  }
}

function newGatherer(kind: Batch['kind'], options: Required<BatchSerializerOptions>): AnyGatherer {
  if (kind === 'bytes') return new BytesGatherer()
  return (kind === 'columns' ? new ColumnsGatherer(options) : new ObjectsGatherer(options)) as AnyGatherer
}
