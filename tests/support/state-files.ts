import {crc32} from 'node:zlib'
import type {KeyedStateHandle, StateFileHandle} from '../../src/core/index.js'
import type {KeyedSnapshot} from '../../src/state/index.js'

/** Files of state in memory, written as a task writes them: piece by piece. */
export class StateFiles {
  private readonly files = new Map<string, Uint8Array>()

  /** Bytes of a file; an error if nobody wrote it. */
  readonly read = ({path, sizeBytes}: StateFileHandle): Uint8Array => {
    const bytes = this.files.get(path)
    if (bytes === undefined || bytes.length !== sizeBytes) throw new Error(`there is no file ${path}`)
    return bytes
  }

  write(bytes: Uint8Array): StateFileHandle {
    const path = `/state/${this.files.size}`
    this.files.set(path, bytes)
    return {path, sizeBytes: bytes.length, crc32: crc32 === undefined ? 0 : crc32(bytes)}
  }

  begin(snapshot: KeyedSnapshot): SnapshotWriting {
    return new SnapshotWriting(this, snapshot)
  }

  /** Writes all of it now. */
  complete(snapshot: KeyedSnapshot): KeyedStateHandle {
    return this.begin(snapshot).finish()
  }
}

/** A snapshot that is being written. */
export class SnapshotWriting {
  private readonly pieces: Uint8Array[] = []

  constructor(
    private readonly files: StateFiles,
    readonly snapshot: KeyedSnapshot,
  ) {}

  /** One piece; false if that was all. */
  step(): boolean {
    const {done, value} = this.snapshot.pieces.next()
    if (done === true) return false
    this.pieces.push(Uint8Array.from(value))
    return true
  }

  /** The rest, and what the checkpoint will refer to. */
  finish(): KeyedStateHandle {
    while (this.step());
    const {keyGroupStart, keyGroupEndInclusive, format, previous} = this.snapshot
    const own = this.pieces.length === 0 ? [] : [this.files.write(Buffer.concat(this.pieces))]
    const handle = {keyGroupStart, keyGroupEndInclusive, format, files: [...previous, ...own]}
    this.snapshot.written(handle)
    return handle
  }
}
