const LENGTH_BYTES = 4

/** Cuts a stream of bytes into frames: a length (uint32, little endian) and so many bytes. */
export class MessageFrames {
  private rest: Buffer = Buffer.alloc(0)

  push(bytes: Buffer): Buffer[] {
    const all = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes])
    const frames: Buffer[] = []
    let offset = 0
    while (all.length - offset >= LENGTH_BYTES) {
      const end = offset + LENGTH_BYTES + all.readUInt32LE(offset)
      if (end > all.length) break
      frames.push(all.subarray(offset + LENGTH_BYTES, end))
      offset = end
    }
    this.rest = all.subarray(offset)
    return frames
  }
}
