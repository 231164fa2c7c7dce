import {open} from 'node:fs/promises'

const BLOCK_BYTES = 1 << 20

/** Writes a file block by block: `fill` puts whole lines into the block and answers their bytes, 0 at the end. Answers the file's size. */
export async function writeBlockFile(path: string, fill: (block: Buffer) => number): Promise<number> {
  const file = await open(path, 'w')
  const block = Buffer.alloc(BLOCK_BYTES)
  try {
    let sizeBytes = 0
    for (let bytes = fill(block); bytes > 0; bytes = fill(block)) {
      await file.write(block, 0, bytes)
      sizeBytes += bytes
    }
    return sizeBytes
  } finally {
    await file.close()
  }
}
