import {createReadStream} from 'node:fs'
import {pipeline, type Readable, Transform} from 'node:stream'
import {Decompress} from 'fzstd'
import {FtsError} from '../../core/index.js'
import {fileReadError} from './file-error.js'
import {StreamReader} from './stream-reader.js'

/**
 * A gzip or zstd file, decompressed as it is read. gzip runs in the thread pool; zstd does so where Node has it
 * (22.15 and later), else in this thread by fzstd. Such a file cannot be entered in the middle: `skipBytes` of text are read again and left out.
 */
export function openCompressedFile(
  path: string,
  compression: 'gzip' | 'zstd',
  on: {readonly skipBytes: number; wake(): void},
): StreamReader {
  const file = createReadStream(path, {highWaterMark: 256 * 1024})
  const decompressor = compression === 'gzip' ? zlib().createGunzip({chunkSize: 256 * 1024}) : newZstdDecompressor()
  const stream: Readable = pipeline(file, decompressor, () => {
    // Errors reach the reader through the decompressor's own 'error' event.
  })
  return new StreamReader({
    what: path,
    stream,
    ...on,
    describe: (error) => describeError(path, compression, error),
    progressBytes: () => file.bytesRead,
    onClose: () => file.destroy(),
  })
}

/** Loaded when it is needed: every slot's start would pay a millisecond for it. */
function zlib() {
  return process.getBuiltinModule('node:zlib')
}

function newZstdDecompressor(): Transform {
  const native = (zlib() as unknown as {createZstdDecompress?: () => Transform}).createZstdDecompress
  return native === undefined ? new FzstdTransform() : native()
}

/** fzstd's push decoder as a stream. */
class FzstdTransform extends Transform {
  private readonly decoder = new Decompress((chunk) => {
    this.push(chunk)
  })

  override _transform(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.run(() => this.decoder.push(chunk), done)
  }

  override _flush(done: (error?: Error) => void): void {
    this.run(() => this.decoder.push(new Uint8Array(0), true), done)
  }

  private run(work: () => void, done: (error?: Error) => void): void {
    try {
      work()
      done()
    } catch (error) {
      done(error as Error)
    }
  }
}

function describeError(path: string, compression: string, error: NodeJS.ErrnoException): FtsError {
  const code = error.code ?? ''
  if (/^E[A-Z]+$/.test(code)) return fileReadError(path, error)
  return new FtsError(
    'user',
    'FTS_CORRUPT_INPUT',
    `cannot decompress ${path}: it is not a whole ${compression} file (${error.message})`,
    {path, compression},
    {
      cause: error,
      tryThis: `Test it with "${compression === 'gzip' ? 'gzip -t' : 'zstd -t'}", or rename it if it is not compressed.`,
    },
  )
}
