import {grow} from '../columns/grow.js'
import type {MessageWriter} from '../wire/message-writer.js'
import {ENCODING_PACKED, type LeafBuilder} from './leaf-builder.js'
import {PackableValues} from './packable-values.js'
import {newPacker, newValuePacker, type Packer} from './packed-codec.js'

/**
 * Values of any kind, each `append` as one msgpack array. The names of records travel once: packer and unpacker keep
 * the same table of record structures, which grows in the order of the messages. With `standAlone`, each array brings its own.
 */
export class PackedLeaf implements LeafBuilder {
  readonly pending: unknown[] = []
  readonly #packable: PackableValues
  #packer: Packer | undefined
  #bytes = new Uint8Array(0)
  #byteCount = 0

  /** `path` says where in the record this leaf is, for the sentence of an error. */
  constructor(
    path: string,
    private readonly standAlone: boolean,
  ) {
    this.#packable = new PackableValues(path)
  }

  reserve(): void {}

  flush(): void {
    if (this.pending.length === 0) return
    const values = this.#packable.prepare(this.pending.splice(0))
    this.#packer ??= this.standAlone ? newValuePacker() : newPacker()
    const packed = this.#packer.pack(values)
    this.#bytes = grow(this.#bytes, this.#byteCount, this.#byteCount + packed.length)
    this.#bytes.set(packed, this.#byteCount)
    this.#byteCount += packed.length
  }

  byteLength(): number {
    return this.#byteCount
  }

  write(writer: MessageWriter): void {
    writer.columnHeader(ENCODING_PACKED, 0, 0, this.#byteCount)
    writer.section(this.#bytes.subarray(0, this.#byteCount))
  }

  clear(): void {
    this.#byteCount = 0
  }
}
