import type {InFlightChannel, InFlightHandle, StateFileHandle} from '../core/index.js'
import {encodeInFlight, IN_FLIGHT_FORMAT, IN_FLIGHT_HEAD, type InFlightTaker} from '../shuffle/index.js'
import type {TaskStateFiles, TaskStateFileWriter} from './contract.js'

type InFlightPlace = Omit<InFlightChannel, 'sizeBytes'>

export interface InFlightWriterParts {
  /** Folder of files of this checkpoint alone. */
  readonly folder: string
  readonly files: TaskStateFiles
  /** The file is complete or has failed: `advance` has something to say. */
  wake(): void
}

/**
 * Writes what was under way at an unaligned checkpoint into a file, as it is taken down. There is no file where there was nothing.
 *
 *   takerOf(…)(item)… ─▶ close ─▶ advance: the handle
 */
export class InFlightWriter {
  private readonly channels = new Map<string, {readonly place: InFlightPlace; sizeBytes: number}>()
  private file: TaskStateFileWriter | undefined
  private closing: 'no' | 'yes' | {readonly handle: StateFileHandle | undefined} | {readonly error: unknown} = 'no'
  private isAbandoned = false
  /** Of payload. */
  capturedBytes = 0
  /** Of the file. */
  writtenBytes = 0

  constructor(private readonly parts: InFlightWriterParts) {}

  takerOf(side: InFlightChannel['side'], exchange: number, peer: number): InFlightTaker {
    return (item) => {
      if (this.isAbandoned || this.closing !== 'no') return
      if (this.file === undefined) {
        this.file = this.parts.files.create(this.parts.folder)
        this.append(this.file, IN_FLIGHT_HEAD)
      }
      this.append(this.file, encodeInFlight({side, exchange, peer}, item))
      this.count({side, exchange, peer}, item.bytes.byteLength)
    }
  }

  /** Nothing more comes. */
  close(): void {
    if (this.closing !== 'no') return
    this.closing = 'yes'
    const settle = (closing: InFlightWriter['closing']) => {
      this.closing = closing
      if (!this.isAbandoned) this.parts.wake()
    }
    if (this.file === undefined) this.closing = {handle: undefined}
    else
      this.file.close().then(
        (handle) => settle({handle}),
        (error) => settle({error}),
      )
  }

  /** `wait`: after `wake`; undefined: nothing was under way. Errors: those of StateFiles. */
  advance(): 'wait' | InFlightHandle | undefined {
    const {closing} = this
    if (typeof closing === 'string') return 'wait'
    if ('error' in closing) throw closing.error
    if (closing.handle === undefined) return undefined
    const channels = [...this.channels.values()].map(({place, sizeBytes}) => ({...place, sizeBytes}))
    return {format: IN_FLIGHT_FORMAT, file: closing.handle, channels}
  }

  abandon(): void {
    if (this.isAbandoned) return
    this.isAbandoned = true
    void this.file?.abandon()
  }

  private append(file: TaskStateFileWriter, bytes: Uint8Array): void {
    file.append(bytes)
    this.writtenBytes += bytes.byteLength
  }

  private count(place: InFlightPlace, byteLength: number): void {
    this.capturedBytes += byteLength
    const key = `${place.side} ${place.exchange} ${place.peer}`
    const known = this.channels.get(key)
    if (known === undefined) this.channels.set(key, {place, sizeBytes: byteLength})
    else known.sizeBytes += byteLength
  }
}
