import type {WatermarkReport} from '../core/index.js'

interface Reported {
  readonly group: string
  readonly watermarkMs: number
}

/**
 * How far event time may go in the sources of a job that are aligned: the least watermark of the group, and the drift. Pure.
 *
 *   report(reader, {group, watermarkMs, maxDriftMs}) ─▶ the reader's limit         forget(reader): it has ended, or begins anew
 *
 * Readers that have not reported yet are not waited for. Source   Flink 2.3 SourceCoordinator, watermark alignment.
 */
export class WatermarkGroups {
  private readonly readers = new Map<string, Reported>()

  /** Answers up to which watermark this reader may read. */
  report(reader: string, {group, maxDriftMs, watermarkMs}: WatermarkReport): number {
    this.readers.set(reader, {group, watermarkMs})
    let least = watermarkMs
    for (const other of this.readers.values()) if (other.group === group) least = Math.min(least, other.watermarkMs)
    return least + maxDriftMs
  }

  forget(reader: string): void {
    this.readers.delete(reader)
  }
}
