import {KeyIndex} from './key-index.js'
import {NO_RECORD, NUMBER, type Ref} from './record-layout.js'
import {RecordMemory} from './record-memory.js'
import type {StateRoom} from './state-room.js'

/**
 * Numbers by key, off the JavaScript heap: found by a hash code that the caller knows, and read where they lie.
 *
 *   hash ─▶ KeyIndex ─▶ place in RecordMemory: stamp, hash, value, key
 *
 * A record stays where it is, and can be looked at, until `release`.
 */
export class NumberRecords {
  /** Records that can be found. */
  size = 0
  readonly memory: RecordMemory
  private readonly index: KeyIndex

  constructor(private readonly room: StateRoom) {
    this.memory = new RecordMemory(room)
    this.index = new KeyIndex(room)
  }

  find(key: string | number, hash: number): Ref {
    return typeof key === 'string' ? this.findText(key, hash) : this.findNumber(key, hash)
  }

  /** A text that lies in bytes; `head` as in the record. */
  findBytes(source: Uint8Array, from: number, head: number, hash: number): Ref {
    const {index, memory} = this
    for (let at = index.first(hash); ; at = index.next(at)) {
      const ref = index.refAt(at)
      if (ref === NO_RECORD) return NO_RECORD
      if (index.hashAt(at) === hash && memory.isBytes(ref, source, from, head)) return ref
    }
  }

  /**
   * Reads where keys with these hash codes have records, if any: once all of their buckets, once all of the records, so that memory is
   * waited for together. The answer is of no use, but must not look so.
   */
  fetch(hashes: Int32Array, count: number): number {
    const {index, memory} = this
    let sum = 0
    for (let i = 0; i < count; i++) sum += index.refAt(index.first(hashes[i]))
    for (let i = 0; i < count; i++) {
      const ref = index.refAt(index.first(hashes[i]))
      if (ref !== NO_RECORD) sum += memory.head(ref)
    }
    return sum
  }

  /** A record for a key that has none; `stamp` and `value` are to be filled in. */
  add(key: string | number, hash: number): Ref {
    const {memory} = this
    return this.link(typeof key === 'string' ? memory.allocateText(key, hash) : memory.allocateNumber(key, hash), hash)
  }

  addBytes(source: Uint8Array, from: number, head: number, hash: number): Ref {
    return this.link(this.memory.allocateBytes(source, from, head, hash), hash)
  }

  /** The record cannot be found any more. */
  unlink(ref: Ref): void {
    this.index.remove(ref, this.memory.hash(ref))
    this.size -= 1
  }

  /** So many more are going to be added. */
  reserve(count: number): void {
    this.index.reserve(this.size + count)
  }

  /** All that was taken counts no more: nobody looks at the records again. */
  close(): void {
    this.room.give(this.memory.byteLength + this.index.byteLength)
  }

  private findText(key: string, hash: number): Ref {
    const {index, memory} = this
    for (let at = index.first(hash); ; at = index.next(at)) {
      const ref = index.refAt(at)
      if (ref === NO_RECORD) return NO_RECORD
      if (index.hashAt(at) === hash && memory.isText(ref, key)) return ref
    }
  }

  private findNumber(key: number, hash: number): Ref {
    const {index, memory} = this
    for (let at = index.first(hash); ; at = index.next(at)) {
      const ref = index.refAt(at)
      if (ref === NO_RECORD) return NO_RECORD
      if (index.hashAt(at) === hash && memory.head(ref) === NUMBER && memory.numberKey(ref) === key) return ref
    }
  }

  private link(ref: Ref, hash: number): Ref {
    this.index.add(ref, hash)
    this.size += 1
    return ref
  }
}
