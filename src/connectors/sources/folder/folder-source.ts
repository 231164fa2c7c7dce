import {assert, type Split} from '../../../core/index.js'
import type {
  OperatorContext,
  OperatorSnapshot,
  Output,
  SnapshotRequest,
  SourceOperator,
} from '../../../operators/index.js'
import type {Timer, Timers} from '../../../platform/index.js'
import {LinesSource, type LinesSourceConfig} from '../lines-source.js'
import {FolderMonitor} from './folder-monitor.js'
import type {FolderSplit} from './folder-split.js'
import {folderState, restoredFolders} from './folder-state.js'

/**
 * `source.folder`: the files that are in a folder and those that come, each read once as blocks of whole lines. It never ends.
 *
 * Each subtask looks at the folder itself and reads the files that are its own by their paths.
 */
export class FolderSource implements SourceOperator {
  private readonly lines: LinesSource
  private readonly alarms: Timer[] = []
  private readonly monitors: {readonly split: FolderSplit; readonly monitor: FolderMonitor}[] = []
  private context!: OperatorContext
  private isLookDue = false
  private splitCount = 0
  private sharedPaths: ReadonlySet<string> = new Set()
  private allSplitsAssigned = false

  constructor(
    config: LinesSourceConfig,
    private readonly timers: Timers,
  ) {
    this.lines = new LinesSource(config, timers)
  }

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.lines.open(context, output)
    const {watched, sharedPaths} = restoredFolders(context.restored, context)
    this.sharedPaths = sharedPaths
    for (const {split, taken} of watched) this.watch(split, taken)
  }

  addSplit(split: Split): void {
    assert(split.kind === 'program', 'a source of folders gets splits that name a folder', {actual: split.kind})
    const folder = split.data as FolderSplit
    if (!this.sharedPaths.has(folder.path)) this.watch(folder, [])
  }

  /** The files that are being read, and those that were found so far. */
  snapshotState(request: SnapshotRequest): OperatorSnapshot {
    const watched = this.monitors.map(({split, monitor}) => ({split, taken: monitor.takenPaths}))
    const folders = folderState(watched, this.context, this.sharedPaths)
    return {lists: [...(this.lines.snapshotState(request).lists ?? []), folders]}
  }

  checkpointCompleted(checkpointId: number): void {
    this.lines.checkpointCompleted(checkpointId)
  }

  private watch(split: FolderSplit, taken: readonly string[]): void {
    const {intervalMs, ...watch} = split
    this.monitors.push({split, monitor: new FolderMonitor(watch, taken)})
    this.isLookDue = true
    const look = () => {
      this.isLookDue = true
      this.context.wake()
    }
    this.alarms.push(this.timers.every(intervalMs, look))
  }

  /** The files to come are not the JobMaster's to assign. */
  noMoreSplits(): void {
    this.allSplitsAssigned = true
  }

  /** Several folders are watched side by side. */
  wantsSplit(): boolean {
    return !this.allSplitsAssigned
  }

  poll(): 'more' | 'wait' | 'end' {
    if (this.isLookDue) this.look()
    return this.lines.poll()
  }

  close(): void {
    for (const alarm of this.alarms) alarm.cancel()
    this.lines.close()
  }

  private look(): void {
    this.isLookDue = false
    for (const {path, sizeBytes, compression} of this.monitors.flatMap(({monitor}) => monitor.look())) {
      const splitId = this.splitCount++
      this.lines.addSplit({
        kind: 'file',
        splitId,
        path,
        startByte: 0,
        endByte: sizeBytes,
        fileSizeBytes: sizeBytes,
        compression,
      })
    }
  }
}
