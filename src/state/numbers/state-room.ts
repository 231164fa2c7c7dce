import {getHeapStatistics} from 'node:v8'
import {FtsError} from '../../core/index.js'

const MIB = 1024 * 1024

/**
 * What an operator's state takes off the JavaScript heap counts as if it were on it: a slot has as much memory as it was given, wherever
 * its state lies.
 */
export class StateRoom {
  private bytes = 0

  constructor(private readonly operatorName: string) {}

  /** Errors: `restartable` FTS_SLOT_OUT_OF_MEMORY. */
  take(bytes: number): void {
    const {heap_size_limit: limit, used_heap_size: used} = getHeapStatistics()
    if (used + this.bytes + bytes > limit) throw this.outOfMemory(bytes, limit)
    this.bytes += bytes
  }

  give(bytes: number): void {
    this.bytes -= bytes
  }

  private outOfMemory(bytes: number, limit: number): FtsError {
    const {operatorName} = this
    return new FtsError(
      'restartable',
      'FTS_SLOT_OUT_OF_MEMORY',
      `the state of operator "${operatorName}" needs more than the ${Math.floor(limit / MIB)} MiB of heap that its slot has`,
      {operator: operatorName, stateBytes: this.bytes + bytes, limitBytes: limit},
      {tryThis: 'Raise taskmanager.memory.flink.size, or keep state on disk: -D state.backend.type=rocksdb.'},
    )
  }
}
