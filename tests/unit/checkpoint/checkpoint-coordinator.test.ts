// Goal: checkpoints are started, completed, given up and counted as Flink does, and files are deleted only when nobody needs them.
// Method: lists of events against CheckpointCoordinator; what it wants done is compared as short words.
import {describe, expect, it} from 'vitest'
import {attempt, CoordinatorScript, METRICS, snapshotWith, twoTasks} from './coordinator-script.js'

function started(settings: ConstructorParameters<typeof CoordinatorScript>[0] = {}): CoordinatorScript {
  const script = new CoordinatorScript(settings)
  script.after(() => script.coordinator.start())
  return script
}

const savepoint = (requestId: number, thenStop?: 'suspend' | 'drain') => ({
  requestId,
  folder: `/sp/${requestId}`,
  ...(thenStop === undefined ? {} : {thenStop}),
})

describe('a checkpoint', () => {
  it('is triggered at the sources on a grid, complete when all have answered, and subsumes the one before', () => {
    const script = new CoordinatorScript()
    expect(script.after(() => script.coordinator.start())).toEqual(['next in 100'])
    expect(script.periodic()).toEqual(['next in 100', 'trigger 1 → s'])
    expect(script.acknowledge('k', 1)).toEqual([])
    expect(script.acknowledge('s', 1)).toEqual(['write 1', 'completed 1'])
    expect(script.periodic()).toEqual(['next in 100', 'trigger 2 → s'])
    expect(script.acknowledgeAll(2)).toEqual(['write 2', 'completed 2', 'discard /c/job/chk-1'])
    expect(script.coordinator.latest?.metadata.vertices.map(({operators}) => operators[0].subtasks.length)).toEqual([
      1, 1,
    ])
  })

  it('is not begun by itself where there could be none, but when the rest of the job waits for it', () => {
    const script = started()
    script.isPaused = true
    expect(script.periodic()).toEqual(['next in 100'])
    expect(script.coordinator.view()).toMatchObject({completed: 0, failed: 0, inProgress: 0})
    expect(script.after(() => script.coordinator.requestNow())).toEqual(['trigger 1 → s'])
    script.acknowledgeAll(1)
    script.isPaused = false
    expect(script.periodic()).toEqual(['next in 100', 'trigger 2 → s'])
  })

  it('says in its barrier where files go', () => {
    const script = started()
    script.periodic()
    expect(script.effects.find(({kind}) => kind === 'trigger')).toMatchObject({
      timestampMs: 1000,
      options: {type: 'checkpoint', alignment: 'aligned', directory: '/c/job/chk-1', sharedDirectory: '/c/job/shared'},
    })
  })

  it('says in its barrier whether it overtakes data: at once, after a timeout, and never in a savepoint', () => {
    const alignmentOf = (script: ReturnType<typeof started>) => {
      const trigger = script.effects.filter((effect) => effect.kind === 'trigger').at(-1)!
      const {alignment, alignedTimeoutMs} = trigger.options
      return {alignment, alignedTimeoutMs}
    }
    for (const alignedTimeoutMs of [0, 50]) {
      const script = started({alignment: 'unaligned', alignedTimeoutMs})
      script.periodic()
      expect(alignmentOf(script)).toEqual(
        alignedTimeoutMs === 0
          ? {alignment: 'unaligned', alignedTimeoutMs: undefined}
          : {alignment: 'aligned', alignedTimeoutMs: 50},
      )
      script.acknowledgeAll(1)
      script.after(() => script.coordinator.requestSavepoint(savepoint(1)))
      expect(alignmentOf(script)).toEqual({alignment: 'aligned', alignedTimeoutMs: undefined})
    }
  })

  it('stores what was under way with the vertices, and with all of them what their gates read', () => {
    const script = started({alignment: 'unaligned'})
    script.periodic()
    const channel = {side: 'output', exchange: 0, peer: 0, sizeBytes: 5} as const
    const file = {path: '/c/job/chk-1/f', sizeBytes: 9, crc32: 1}
    const inFlight = {format: 'in-flight 1', file, channels: [channel]}
    const {coordinator} = script
    const metrics = {...METRICS, isUnaligned: true, persistedInFlightBytes: 5}
    const snapshot = {...snapshotWith('s', []), inFlight}
    script.after(() => coordinator.acknowledge({attemptId: attempt('s'), checkpointId: 1, snapshot, metrics}))
    script.acknowledge('k', 1)
    expect(coordinator.latest?.metadata.vertices.map((vertex) => vertex.inFlight)).toEqual([
      {inputs: [], subtasks: [inFlight]},
      {inputs: [{producer: 's', partitionIndex: 0}], subtasks: [undefined]},
    ])
    expect(coordinator.view().history[0]).toMatchObject({isUnaligned: true, persistedInFlightBytes: 5, alignmentMs: 1})
  })

  it('keeps the last N', () => {
    const script = started({retainedCount: 2})
    for (const id of [1, 2]) {
      script.periodic()
      expect(script.acknowledgeAll(id)).toEqual([`write ${id}`, `completed ${id}`])
    }
    script.periodic()
    expect(script.acknowledgeAll(3)).toEqual(['write 3', 'completed 3', 'discard /c/job/chk-1'])
    expect(script.coordinator.oldestRetainedId).toBe(2)
  })

  it('is given up when it is declined, expires, or a task ends; twice answered counts once', () => {
    const script = started({tolerableFailures: 10})
    script.periodic()
    script.acknowledge('s', 1)
    expect(script.acknowledge('s', 1)).toEqual([])
    expect(script.decline('k', 1)).toEqual(['aborted 1', 'discard /c/job/chk-1'])
    expect(script.acknowledge('k', 1)).toEqual([])
    script.periodic()
    expect(script.after(() => script.coordinator.timerFired({kind: 'checkpointTimeout', checkpointId: 2}))).toEqual([
      'aborted 2',
      'discard /c/job/chk-2',
    ])
    script.periodic()
    script.plan = {...twoTasks(), tasks: twoTasks().tasks.slice(1)}
    expect(script.after(() => script.coordinator.taskEnded(attempt('s')))).toEqual([
      'aborted 3',
      'discard /c/job/chk-3',
      'trigger 4 → ',
    ])
  })

  it('fails the job when more fail in a row than are tolerated, however they fail', () => {
    const script = started({tolerableFailures: 1})
    script.periodic()
    expect(script.decline('k', 1)).toEqual(['aborted 1', 'discard /c/job/chk-1'])
    script.periodic()
    script.acknowledgeAll(2)
    script.periodic()
    expect(script.decline('s', 3)).not.toContain('fail the job: FTS_CHECKPOINTS_FAILED')
    script.answersAtOnce = false
    script.periodic()
    const error = {kind: 'restartable', code: 'FTS_CHECKPOINT_WRITE', message: 'full', details: {}} as const
    expect(script.after(() => script.coordinator.prepareFailed(4, error))).toEqual([
      'discard /c/job/chk-4',
      'fail the job: FTS_CHECKPOINTS_FAILED',
    ])
  })

  it('is not taken while tasks do not run, and that is no failure', () => {
    const script = started()
    script.plan = '"k" (1/1) is INITIALIZING'
    expect(script.periodic()).toEqual(['next in 100', 'discard /c/job/chk-1'])
    script.plan = twoTasks()
    expect(script.periodic()).toEqual(['next in 100', 'trigger 2 → s'])
  })

  it('whose metadata cannot be written is none', () => {
    const script = started()
    script.periodic()
    script.answersAtOnce = false
    script.acknowledgeAll(1)
    const error = {kind: 'restartable', code: 'FTS_CHECKPOINT_WRITE', message: 'full', details: {}} as const
    expect(script.after(() => script.coordinator.storeFailed(1, error))).toEqual([
      'aborted 1',
      'discard /c/job/chk-1',
      'fail the job: FTS_CHECKPOINTS_FAILED',
    ])
    expect(script.coordinator.latest).toBeUndefined()
  })

  it('that was stopped while its metadata was written does not come back', () => {
    const script = started()
    script.periodic()
    script.answersAtOnce = false
    script.acknowledgeAll(1)
    expect(script.after(() => script.coordinator.stop('restart'))).toEqual(['aborted 1', 'discard /c/job/chk-1'])
    expect(script.after(() => script.coordinator.stored(1, 100))).toEqual([])
    expect(script.coordinator.latest).toBeUndefined()
  })
})

describe('when checkpoints start', () => {
  it('waits for the pause after the last one, and for a place', () => {
    const script = started({minPauseMs: 250})
    script.periodic()
    expect(script.periodic()).toEqual(['next in 100'])
    script.nowMs = 1120
    expect(script.acknowledgeAll(1)).toEqual(['write 1', 'completed 1', 'next in 250'])
    script.nowMs = 1370
    expect(script.periodic()).toEqual(['next in 100', 'trigger 2 → s'])
  })

  it('runs several at once where that is allowed; the later one makes the earlier one useless', () => {
    const script = started({maxConcurrent: 2})
    script.periodic()
    // The source first answers for the one before.
    expect(script.periodic()).toEqual(['next in 100'])
    expect(script.acknowledge('s', 1)).toEqual(['trigger 2 → s'])
    expect(script.periodic()).toEqual(['next in 100'])
    expect(script.acknowledgeAll(2)).toEqual([
      'write 2',
      'aborted 1',
      'discard /c/job/chk-1',
      'completed 2',
      'trigger 3 → s',
    ])
  })

  it('triggers in the order of ids, whichever folder is made first', () => {
    const script = started({maxConcurrent: 2})
    script.answersAtOnce = false
    script.periodic()
    script.periodic()
    expect(script.after(() => script.coordinator.prepared(2))).toEqual([])
    expect(script.after(() => script.coordinator.prepared(1))).toEqual(['trigger 1 → s'])
    expect(script.acknowledge('s', 1)).toEqual(['trigger 2 → s'])
  })

  it('needs no interval to be asked for', () => {
    const script = new CoordinatorScript({intervalMs: undefined})
    expect(script.after(() => script.coordinator.start())).toEqual([])
    expect(script.after(() => script.coordinator.requestNow())).toEqual(['trigger 1 → s'])
  })
})

describe('a savepoint', () => {
  it('goes before checkpoints, is told to nobody and subsumes nothing', () => {
    const script = started()
    script.periodic()
    script.acknowledgeAll(1)
    expect(script.after(() => script.coordinator.requestSavepoint(savepoint(7)))).toEqual(['trigger 2 → s'])
    expect(script.effects.findLast(({kind}) => kind === 'trigger')).toMatchObject({
      options: {type: 'savepoint', directory: '/sp/7'},
    })
    expect(script.effects.findLast(({kind}) => kind === 'trigger')).not.toHaveProperty('options.sharedDirectory')
    expect(script.periodic()).toEqual(['next in 100'])
    expect(script.acknowledgeAll(2)).toEqual(['write 2', 'savepoint in /sp/7', 'trigger 3 → s'])
    expect(script.coordinator.latest?.metadata.checkpointId).toBe(1)
  })

  it('with which the job stops is told to the tasks, and no other comes between', () => {
    const script = started({maxConcurrent: 3})
    script.after(() => script.coordinator.requestSavepoint(savepoint(1, 'drain')))
    expect(script.periodic()).toEqual(['next in 100'])
    expect(script.acknowledgeAll(1)).toEqual(['write 1', 'completed 1', 'savepoint in /sp/1'])
    expect(script.periodic()).toEqual([])
  })

  it('that fails is told to who asked, and the job goes on', () => {
    const script = started()
    script.after(() => script.coordinator.requestSavepoint(savepoint(1)))
    script.after(() => script.coordinator.requestSavepoint(savepoint(2)))
    expect(script.decline('k', 1)).toEqual([
      'aborted 1',
      'discard /sp/1',
      'savepoint failed: FTS_TEST',
      'trigger 2 → s',
    ])
    expect(script.after(() => script.coordinator.stop('restart'))).toEqual([
      'aborted 2',
      'discard /sp/2',
      'savepoint failed: FTS_CHECKPOINT_ABORTED',
    ])
  })
})

describe('shared files', () => {
  const file = (name: string) => `/c/job/shared/${name}`

  it('stay while a checkpoint needs them, and two more for who has not heard of that yet', () => {
    const script = started()
    const discarded: string[][] = []
    const needs = [['a'], ['a', 'b'], ['c'], ['c'], ['c'], ['c'], ['d']]
    needs.forEach((names, index) => {
      script.periodic()
      const words = script.acknowledgeAll(index + 1, names.map(file))
      discarded.push(words.filter((word) => word.includes('shared')))
    })
    expect(discarded.map((words) => words.join())).toEqual([
      '',
      '',
      '',
      '',
      `discard /c/job/chk-4 ${file('a')} ${file('b')}`,
      '',
      '',
    ])
  })

  it('a checkpoint that builds on a deleted one never completes', () => {
    const script = started({tolerableFailures: 1})
    const needs = [['a'], ['b'], ['b'], ['b'], ['b']]
    needs.forEach((names, index) => {
      script.periodic()
      script.acknowledgeAll(index + 1, names.map(file))
    })
    script.periodic()
    expect(script.acknowledgeAll(6, [file('a')])).toEqual(['aborted 6', 'discard /c/job/chk-6'])
    expect(script.coordinator.latest?.metadata.checkpointId).toBe(5)
  })

  it('of aborted checkpoints and late answers are deleted, but never files of others', () => {
    const script = started({tolerableFailures: 9})
    script.periodic()
    script.acknowledge('k', 1, [file('x'), '/elsewhere/y'])
    script.decline('s', 1)
    const late = {
      attemptId: attempt('k'),
      checkpointId: 1,
      snapshot: snapshotWith('k', [file('late')]),
      metrics: METRICS,
    }
    script.after(() => script.coordinator.acknowledge(late))
    const words: string[] = []
    for (const id of [2, 3, 4]) {
      script.periodic()
      words.push(...script.acknowledgeAll(id))
    }
    expect(words.filter((word) => word.includes('shared'))).toEqual([
      `discard /c/job/chk-3 ${file('x')} ${file('late')}`,
    ])
    expect(words.join()).not.toContain('elsewhere')
  })
})

describe('after a restore', () => {
  it('ids go on, and a damaged checkpoint makes the one before the latest', () => {
    const script = new CoordinatorScript({retainedCount: 2})
    script.coordinator.restoredFrom(41)
    script.after(() => script.coordinator.start())
    expect(script.periodic()).toEqual(['next in 100', 'trigger 42 → s'])
    script.acknowledgeAll(42)
    script.periodic()
    script.acknowledgeAll(43)
    const error = {kind: 'fatal', code: 'FTS_STATE_FILE_DAMAGED', message: 'torn', details: {}} as const
    expect(script.coordinator.latestIsDamaged(error)?.metadata.checkpointId).toBe(42)
    expect(script.coordinator.latestIsDamaged(error)).toBeUndefined()
  })

  it('statistics tell sizes, times and failures', () => {
    const script = started({tolerableFailures: 1})
    script.periodic()
    script.nowMs += 30
    script.acknowledgeAll(1)
    script.periodic()
    script.decline('s', 2)
    expect(script.coordinator.view()).toMatchObject({
      completed: 1,
      failed: 1,
      inProgress: 0,
      history: [
        {checkpointId: 2, status: 'FAILED', failure: 'no room', subtasks: []},
        {
          checkpointId: 1,
          status: 'COMPLETED',
          durationMs: 30,
          checkpointedBytes: 120,
          stateBytes: 140,
          subtasks: [{title: '"s" (1/1)', endToEndMs: 30}, {title: '"k" (1/1)'}],
        },
      ],
    })
  })
})
