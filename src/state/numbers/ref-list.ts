import type {Ref} from './record-layout.js'

const CHUNK_REFS = 4096
const KEPT_MAX = 64

/** Chunks that are not in use: lists of one log take them from here and give them back. */
export class RefChunks {
  private readonly free: Int32Array[] = []

  take(): Int32Array {
    return this.free.pop() ?? new Int32Array(CHUNK_REFS)
  }

  give(chunk: Int32Array): void {
    if (this.free.length < KEPT_MAX) this.free.push(chunk)
  }
}

/** Records that were noted, in chunks that are used again. */
export class RefList {
  length = 0
  private readonly chunks: Int32Array[] = []

  constructor(private readonly spare: RefChunks) {}

  push(ref: Ref): void {
    const at = this.length++ % CHUNK_REFS
    if (at === 0) this.chunks.push(this.spare.take())
    this.chunks[this.chunks.length - 1][at] = ref
  }

  at(i: number): Ref {
    return this.chunks[Math.floor(i / CHUNK_REFS)][i % CHUNK_REFS]
  }

  drop(): void {
    for (const chunk of this.chunks.splice(0)) this.spare.give(chunk)
    this.length = 0
  }
}
