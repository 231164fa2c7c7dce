import {closeSync, openSync, readSync} from 'node:fs'

const LF = 0x0a
const BLOCK_BYTES = 1024 * 1024

/**
 * Line numbers of byte offsets in files that are read in pieces. Only bad records ask, so lines are counted when one does: from the
 * nearest earlier offset known, 38 ms per 100 MB.
 */
export class LineNumbers {
  private path = ''
  private knownByte = 0
  private knownLine = 1

  /** The line, from 1, that begins at `byte`; NaN if the file can no longer be read. */
  lineAt(path: string, byte: number): number {
    if (path !== this.path || byte < this.knownByte) this.restart(path)
    try {
      this.knownLine += countBetween(path, this.knownByte, byte)
      this.knownByte = byte
      return this.knownLine
    } catch {
      this.restart(path)
      return Number.NaN
    }
  }

  private restart(path: string): void {
    this.path = path
    this.knownByte = 0
    this.knownLine = 1
  }
}

function countBetween(path: string, from: number, to: number): number {
  if (from === to) return 0
  const descriptor = openSync(path, 'r')
  try {
    const block = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, to - from))
    let lines = 0
    for (let at = from; at < to; ) {
      const byteCount = readSync(descriptor, block, 0, Math.min(block.length, to - at), at)
      if (byteCount === 0) throw new Error(`${path} ends before byte ${to}`)
      const read = block.subarray(0, byteCount)
      for (let i = read.indexOf(LF); i >= 0; i = read.indexOf(LF, i + 1)) lines++
      at += byteCount
    }
    return lines
  } finally {
    closeSync(descriptor)
  }
}
