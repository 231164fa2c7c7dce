import {
  CheckpointCoordinator,
  type CheckpointEffect,
  type CheckpointPlan,
  type CheckpointSettings,
} from '../../../src/checkpoint/index.js'
import {
  type ErrorData,
  type ExecutionAttemptId,
  jobId,
  jobVertexId,
  operatorId,
  type StateFileHandle,
  type SubtaskSnapshot,
} from '../../../src/core/index.js'

export const SETTINGS: CheckpointSettings = {
  intervalMs: 100,
  timeoutMs: 1000,
  minPauseMs: 0,
  maxConcurrent: 1,
  tolerableFailures: 0,
  alignment: 'aligned',
  alignedTimeoutMs: 0,
  isIncremental: true,
  retainedCount: 1,
  retention: 'NO_EXTERNALIZED_CHECKPOINTS',
  afterTasksFinish: true,
  folder: '/c/job',
}

export const METRICS = {
  alignmentMs: 1,
  startDelayMs: 1,
  syncMs: 1,
  asyncMs: 1,
  longestPieceMs: 1,
  checkpointedBytes: 10,
  stateBytes: 20,
  isUnaligned: false,
  persistedInFlightBytes: 0,
}

export const attempt = (name: string) => name as ExecutionAttemptId

/** A source `s` and a sink `k`, each with one subtask. */
export function twoTasks(): CheckpointPlan {
  const vertex = (name: string) => ({
    vertexId: jobVertexId(name),
    name,
    parallelism: 1,
    maxParallelism: 128,
    finishedSubtasks: [],
    operators: [{operatorId: operatorId(`op-${name}`), name}],
    inputs: name === 's' ? [] : [{producer: jobVertexId('s'), partitionIndex: 0}],
  })
  const task = (name: string, vertexIndex: number, isTriggered: boolean) => ({
    attemptId: attempt(name),
    vertexIndex,
    subtaskIndex: 0,
    title: `"${name}" (1/1)`,
    isTriggered,
  })
  return {tasks: [task('s', 0, true), task('k', 1, false)], vertices: [vertex('s'), vertex('k')]}
}

/** Drives a coordinator event by event; the disk answers at once unless told otherwise. */
export class CoordinatorScript {
  nowMs = 1000
  plan: CheckpointPlan | string = twoTasks()
  readonly effects: CheckpointEffect[] = []
  readonly coordinator: CheckpointCoordinator
  answersAtOnce = true
  isPaused = false

  constructor(settings: Partial<CheckpointSettings> = {}) {
    this.coordinator = new CheckpointCoordinator({
      jobId: jobId('job'),
      jobName: 'a job',
      settings: {...SETTINGS, ...settings},
      nowMs: () => this.nowMs,
      effect: (effect) => void this.effects.push(effect),
      plan: () => this.plan,
      isPaused: () => this.isPaused,
    })
  }

  /** What happened since the last call, as short words; the disk's answers are played in between. */
  after(event: () => void): string[] {
    const from = this.effects.length
    event()
    for (let at = from; at < this.effects.length; at++) if (this.answersAtOnce) this.answer(this.effects[at])
    return this.effects
      .slice(from)
      .map(shortly)
      .filter((text) => text !== '')
  }

  periodic(): string[] {
    return this.after(() => this.coordinator.timerFired({kind: 'periodicCheckpoint'}))
  }

  acknowledge(name: string, checkpointId: number, files: readonly string[] = []): string[] {
    const acknowledgement = {
      attemptId: attempt(name),
      checkpointId,
      snapshot: snapshotWith(name, files),
      metrics: METRICS,
    }
    return this.after(() => this.coordinator.acknowledge(acknowledgement))
  }

  acknowledgeAll(checkpointId: number, files: readonly string[] = []): string[] {
    return [...this.acknowledge('s', checkpointId), ...this.acknowledge('k', checkpointId, files)]
  }

  decline(name: string, checkpointId: number): string[] {
    const error: ErrorData = {kind: 'restartable', code: 'FTS_TEST', message: 'no room', details: {}}
    return this.after(() => this.coordinator.decline({attemptId: attempt(name), checkpointId, error}))
  }

  private answer(effect: CheckpointEffect): void {
    if (effect.kind === 'makeFolder') this.coordinator.prepared(effect.checkpointId)
    if (effect.kind === 'writeMetadata') this.coordinator.stored(effect.checkpointId, 100)
  }
}

export function snapshotWith(name: string, files: readonly string[]): SubtaskSnapshot {
  const handles: StateFileHandle[] = files.map((path) => ({path, sizeBytes: 1, crc32: 1}))
  const keyed = {keyGroupStart: 0, keyGroupEndInclusive: 127, format: 'test', files: handles}
  return {operators: [{operatorId: operatorId(`op-${name}`), keyed, lists: []}]}
}

function shortly(effect: CheckpointEffect): string {
  switch (effect.kind) {
    case 'makeFolder':
    case 'retained':
      return ''
    case 'trigger':
      return `trigger ${effect.checkpointId} → ${effect.attemptIds.join(' ')}`
    case 'writeMetadata':
      return `write ${effect.checkpointId}`
    case 'tellCompleted':
      return `completed ${effect.checkpointId}`
    case 'tellAborted':
      return `aborted ${effect.checkpointId}`
    case 'discard':
      return `discard ${effect.paths.join(' ')}`
    case 'startTimer':
      return effect.timer.kind === 'periodicCheckpoint' ? `next in ${effect.delayMs}` : ''
    case 'cancelTimer':
    case 'log':
      return ''
    case 'savepointEnded':
      return 'error' in effect.end ? `savepoint failed: ${effect.end.error.code}` : `savepoint in ${effect.end.folder}`
    case 'failJob':
      return `fail the job: ${effect.error.code}`
  }
}
