// Goal: the decisions of the JobManager, one by one.
// Method: lists of events, and the effects that follow; time is a number that the test moves.
import {describe, expect, it} from 'vitest'
import {FtsError, taskManagerId} from '../../../src/core/index.js'
import type {JobGraphSpec} from '../../../src/graph/index.js'
import type {ControlEffect} from '../../../src/jobmanager/control-effect.js'
import {ControlPlaneScript} from '../../support/sim-control-plane.js'
import {files, lineJob, type TestVertex} from '../../support/sim-job.js'
import {metricsOf} from '../../support/sim-task-manager.js'

const WORDS: TestVertex = {name: 'words', parallelism: 2, input: files(5000)}
const COUNT: TestVertex = {name: 'count', parallelism: 2}

const wordCount = (name = 'wordcount') => lineJob(name, [WORDS, COUNT])

function submit(graph: JobGraphSpec, taskManagers: Readonly<Record<string, number>>): ControlPlaneScript {
  const script = new ControlPlaneScript()
  for (const [id, slotCount] of Object.entries(taskManagers)) script.register(id, slotCount)
  script.event({kind: 'jobSubmitted', graph})
  return script
}

function running(graph: JobGraphSpec = wordCount(), taskManagers: Readonly<Record<string, number>> = {'tm-1': 2}) {
  const script = submit(graph, taskManagers)
  script.offerRequested()
  script.report('RUNNING')
  return script
}

const placed = (script: ControlPlaneScript) =>
  script.deployed().map(({to, task}) => `${task.vertexName}/${task.subtaskIndex} ${to}:${task.slotIndex}`)

describe('a job on its way', () => {
  it('goes from registration to deployment in two turns', () => {
    const script = new ControlPlaneScript()
    script.event({kind: 'taskManagersExpected', count: 1, slotsEach: 2})
    script.event({kind: 'jobSubmitted', graph: wordCount()})
    expect(
      script.register('tm-1', 2).map((effect) => (effect.kind === 'send' ? effect.message.kind : effect.kind)),
    ).toEqual(['registrationAccepted', 'requestSlot', 'requestSlot'])
    const effects = script.offerRequested()
    expect(effects.map((effect) => (effect.kind === 'send' ? effect.message.kind : effect.kind))).toEqual([
      'cancelTimer',
      'submitTasks',
      'submitTasks',
    ])
  })

  it('sends all tasks of a slot together, with the first splits and the places of the producers', () => {
    const script = running()
    const [{message}] = script.sent('submitTasks')
    expect(message.tasks.map(({vertexName, subtaskIndex}) => `${vertexName}/${subtaskIndex}`)).toEqual([
      'words/0',
      'count/0',
    ])
    const [words, count] = message.tasks
    expect(words).toMatchObject({jobName: 'wordcount', attempt: 0, parallelism: 2, maxParallelism: 128})
    expect(words.initialSplits.map((split) => split.kind === 'file' && [split.startByte, split.endByte])).toEqual([
      [0, 1000],
      [1000, 2000],
    ])
    expect(words.noMoreSplits).toBe(false)
    expect(count.inputGates[0].channels.map(({producer}) => producer.dataAddress)).toEqual(['tm-1/0', 'tm-1/1'])
  })

  it('fills one TaskManager after the other', () => {
    expect(placed(running(wordCount(), {'tm-1': 1, 'tm-2': 4}))).toEqual([
      'words/0 tm-1:0',
      'count/0 tm-1:0',
      'words/1 tm-2:0',
      'count/1 tm-2:0',
    ])
  })

  it('gives vertices without slot sharing slots of their own', () => {
    const graph = lineJob('apart', [WORDS, {...COUNT, slotSharingGroup: 'other'}])
    expect(placed(running(graph, {'tm-1': 4}))).toEqual([
      'words/0 tm-1:0',
      'words/1 tm-1:1',
      'count/0 tm-1:2',
      'count/1 tm-1:3',
    ])
  })

  it('deploys behind a blocking exchange when every producer has finished', () => {
    const script = running(lineJob('sorted', [{...WORDS, output: {type: 'BLOCKING'}}, COUNT]))
    script.report('FINISHED', (task) => task.subtaskIndex === 0)
    expect(placed(script)).toEqual(['words/0 tm-1:0', 'words/1 tm-1:1'])
    script.report('FINISHED', (task) => task.subtaskIndex === 1)
    expect(placed(script).slice(2)).toEqual(['count/0 tm-1:0', 'count/1 tm-1:1'])
  })

  it('answers requests for splits until there are none, and says so with the last', () => {
    const script = running()
    const source = script.deployed()[0].task
    const ask = () =>
      script.message('tm-1', {
        kind: 'requestSplit',
        vertexId: source.vertexId,
        attemptId: source.attemptId,
        subtaskIndex: source.subtaskIndex,
      })
    ask()
    ask()
    ask()
    const grants = script.sent('assignSplits').map(({message}) => [message.splits.length, message.noMoreSplits])
    expect(grants).toEqual([
      [1, false],
      [1, true],
      [0, true],
    ])
  })

  it('tells aligned sources how far they may read, until the slowest has ended', () => {
    const script = running()
    const [{task: one}, {task: other}] = script.deployed()
    const report = (attemptId: typeof one.attemptId, watermarkMs: number) => {
      script.message('tm-1', {kind: 'reportWatermark', attemptId, group: 'g', maxDriftMs: 10, watermarkMs})
      return script.sent('watermarkLimit').at(-1)?.message
    }
    expect(report(one.attemptId, 500)).toMatchObject({attemptId: one.attemptId, group: 'g', limitMs: 510})
    expect(report(other.attemptId, 100)).toMatchObject({attemptId: other.attemptId, limitMs: 110})
    expect(report(one.attemptId, 500)).toMatchObject({limitMs: 110})
    script.report('FINISHED', ({attemptId}) => attemptId === other.attemptId)
    expect(report(one.attemptId, 500)).toMatchObject({limitMs: 510})
  })

  it('ends with the sums of what its tasks reported, and frees its slots', () => {
    const script = running()
    script.nowMs = 3000
    script.report('FINISHED', () => true, {metrics: {...metricsOf(1000), backPressuredMs: 0}, reports: {skipped: 2}})
    const [result] = script.results()
    expect(result).toMatchObject({status: 'FINISHED', reports: {skipped: 8}})
    expect(result.view).toMatchObject({
      status: 'FINISHED',
      durationMs: 2000,
      progress: {doneBytes: 4000, totalBytes: 5000},
    })
    const [words] = result.view.vertices
    expect(words).toMatchObject({state: 'FINISHED', totals: {recordsIn: 2000}})
    expect(words.rates).toMatchObject({recordsInPerSecond: 2000, busyShare: 0.5})
    expect(script.sent('freeSlot').map(({message}) => message.slotIndex)).toEqual([0, 1])
  })

  it('shows rates over the last heartbeat interval', () => {
    const script = running()
    const beat = (value: number) => {
      script.nowMs += 500
      script.message('tm-1', {
        kind: 'heartbeatReport',
        sequence: 1,
        report: {
          tasks: script.deployed().map(({task}) => ({
            attemptId: task.attemptId,
            slotIndex: task.slotIndex,
            metrics: {...metricsOf(0), bytesOut: value, busyMs: value / 10, idleMs: value / 15},
          })),
          rssBytes: 7,
          heapUsedBytes: 6,
          managedUsedBytes: 5,
          networkBuffersUsed: 4,
          networkBuffersTotal: 9,
          cpuMs: 3,
        },
      })
    }
    beat(1000)
    beat(4000)
    const view = script.plane.viewOf(wordCount().jobId, script.nowMs)
    expect(view.vertices[1].subtasks[0].rates).toMatchObject({bytesOutPerSecond: 6000, busyShare: 0.6, idleShare: 0.4})
    expect(view.vertices[1].rates).toMatchObject({bytesOutPerSecond: 12_000, busyShare: 0.6})
    expect(view.taskManagers[0]).toMatchObject({taskManagerId: 'tm-1', alive: true, rssBytes: 7, cpuMs: 3})
    expect(view.taskManagers[0].slots[1].tasks.map((task) => task.vertexName)).toEqual(['words', 'count'])
  })
})

describe('slots', () => {
  it('fails at once when all TaskManagers together can never have enough, and shows the sum', () => {
    const script = new ControlPlaneScript()
    script.event({kind: 'taskManagersExpected', count: 2, slotsEach: 2})
    script.event({kind: 'jobSubmitted', graph: lineJob('wordcount', [{...WORDS, parallelism: 8}, COUNT])})
    const [{error, status}] = script.results()
    expect(status).toBe('FAILED')
    expect(error).toMatchObject({
      kind: 'user',
      code: 'FTS_NOT_ENOUGH_SLOTS',
      message:
        'the job "wordcount" needs 8 slots but there are 4. Needed: 8 (max of words 8, count 2), slot sharing is on. ' +
        'There: 2 TaskManagers × 2 slots = 4.',
      tryThis: 'Use --slots 4, --num-taskmanagers 4 or -p 4.',
    })
  })

  it('says what slot sharing would change', () => {
    const graph = lineJob('apart', [WORDS, {...COUNT, slotSharingGroup: 'other'}])
    expect(submit(graph, {'tm-1': 3}).results()[0].error).toMatchObject({
      message:
        'the job "apart" needs 4 slots but there are 3. Needed: 4 = 2 (words 2) + 2 (count 2), slot sharing is off. ' +
        'There: 1 TaskManager × 3 slots = 3.',
      tryThis: 'Use --slots 4, --num-taskmanagers 2, -p 1 or slot sharing (without --no-slot-sharing).',
    })
  })

  it('waits for slots that another job will free, in the order of submission', () => {
    const script = running(wordCount('a'))
    script.event({kind: 'jobSubmitted', graph: wordCount('b')})
    expect(script.sent('requestSlot')).toHaveLength(2)
    script.report('FINISHED')
    for (const {to, message} of script.sent('freeSlot'))
      script.message(to, {kind: 'slotFreed', slotIndex: message.slotIndex, allocationId: message.allocationId})
    expect(script.sent('requestSlot').map(({message}) => message.jobId)).toEqual(
      ['a', 'a', 'b', 'b'].map((name) => wordCount(name).jobId),
    )
  })

  it('gives up waiting', () => {
    const script = running(wordCount('a'))
    const {jobId} = wordCount('b')
    const effects = script.event({kind: 'jobSubmitted', graph: wordCount('b')})
    expect(effects).toContainEqual({kind: 'startTimer', timer: {kind: 'slotRequest', jobId}, delayMs: 10_000})
    script.event({kind: 'timerFired', timer: {kind: 'slotRequest', jobId}})
    expect(script.results()[0].error).toMatchObject({
      code: 'FTS_NOT_ENOUGH_SLOTS',
      message: expect.stringContaining('needs 2 slots but there are 2, of which 0 were free within 10000 ms'),
      tryThis: 'Try again when another job has ended.',
    })
  })

  it('tells of a TaskManager that ended before it registered', () => {
    const script = new ControlPlaneScript()
    script.event({kind: 'taskManagersExpected', count: 1, slotsEach: 2})
    script.event({kind: 'jobSubmitted', graph: wordCount()})
    script.event({kind: 'taskManagerExited', taskManagerId: taskManagerId('tm-1'), exit: {code: 3, signal: null}})
    expect(script.results()[0].error).toMatchObject({
      code: 'FTS_TASKMANAGER_LOST',
      message:
        'TaskManager tm-1 ended with exit code 3 before the job "wordcount" could start; it needs 2 slots and 0 are left',
    })
  })

  it('frees a slot that is offered to a job that is gone', () => {
    const script = submit(wordCount(), {'tm-1': 2})
    script.event({kind: 'cancelRequested', jobId: wordCount().jobId})
    expect(script.sent('freeSlot')).toHaveLength(2)
    script.offerRequested()
    expect(script.sent('submitTasks')).toEqual([])
    expect(script.results()[0].status).toBe('CANCELED')
  })

  it('refuses an id that was used before', () => {
    const script = new ControlPlaneScript()
    script.register('tm-1', 1)
    expect(() => script.register('tm-1', 1)).toThrow('a registration that is refused does not come in')
  })
})

describe('trouble', () => {
  const isFirstCount = (task: {vertexName: string; subtaskIndex: number}) =>
    task.vertexName === 'count' && task.subtaskIndex === 0

  it('fails with the first cause, after the other tasks have stopped', () => {
    const script = running()
    const error = new FtsError('user', 'FTS_X', 'line 3 is bad').toData()
    script.report('FAILED', isFirstCount, {error})
    expect(script.sent('cancelTask')).toHaveLength(3)
    expect(script.results()).toEqual([])
    script.report('CANCELED', (task) => !isFirstCount(task))
    expect(script.results()[0]).toMatchObject({status: 'FAILED', error: {code: 'FTS_X', message: 'line 3 is bad'}})
  })

  it('waits for the exit status of a TaskManager whose connection has closed', () => {
    const script = running()
    const id = taskManagerId('tm-1')
    expect(script.event({kind: 'connectionClosed', taskManagerId: id})).toEqual([
      {kind: 'startTimer', timer: {kind: 'exitStatus', taskManagerId: id}, delayMs: 250},
    ])
    script.event({kind: 'taskManagerExited', taskManagerId: id, exit: {code: null, signal: 'SIGKILL'}})
    expect(script.results()[0].error).toMatchObject({
      kind: 'restartable',
      code: 'FTS_TASKMANAGER_LOST',
      message:
        'TaskManager tm-1 (pid 4711) was killed by SIGKILL while running "words" (1/2), "words" (2/2), "count" (1/2) and 1 more',
    })
  })

  it('does without the exit status when it does not come', () => {
    const script = running()
    script.event({kind: 'connectionClosed', taskManagerId: taskManagerId('tm-1')})
    script.event({kind: 'timerFired', timer: {kind: 'exitStatus', taskManagerId: taskManagerId('tm-1')}})
    expect(script.results()[0].error?.message).toContain(
      'TaskManager tm-1 (pid 4711) closed its connection while running',
    )
  })

  it('gives the loss as the cause also when a neighbour was heard first', () => {
    const script = running(wordCount(), {'tm-1': 1, 'tm-2': 1})
    const error = new FtsError('restartable', 'FTS_PEER', 'the connection to a producer closed').toData()
    script.report('FAILED', isFirstCount, {error})
    script.report('CANCELED', (task) => task.vertexName === 'words' && task.subtaskIndex === 0)
    script.event({
      kind: 'taskManagerExited',
      taskManagerId: taskManagerId('tm-2'),
      exit: {code: null, signal: 'SIGKILL'},
    })
    script.event({kind: 'connectionClosed', taskManagerId: taskManagerId('tm-2')})
    expect(script.results()[0].error?.message).toContain('TaskManager tm-2 (pid 4711) was killed by SIGKILL')
  })

  it('keeps what failed as the last failure, not what cancelled neighbours complain about', () => {
    const script = running({...wordCount(), config: {'restart-strategy.type': 'fixed-delay'}})
    const error = new FtsError('fatal', 'FTS_USER_FUNCTION', 'line 3 is bad').toData()
    const complaint = new FtsError('restartable', 'FTS_PRODUCER_FAILED', 'a producer was cancelled').toData()
    script.report('FAILED', isFirstCount, {error})
    script.report('FAILED', (task) => task.vertexName === 'count' && !isFirstCount(task), {error: complaint})
    script.report('CANCELED', (task) => task.vertexName === 'words')
    script.event({kind: 'timerFired', timer: {kind: 'restart', jobId: wordCount().jobId}})
    const view = script.plane.viewOf(wordCount().jobId, script.nowMs)
    expect(view).toMatchObject({status: 'RUNNING', restarts: 1})
    expect(view.failures?.map(({message}) => message)).toEqual(['line 3 is bad'])
  })

  it('keeps that a slot was lost, though its neighbours have complained first', () => {
    const script = running({...wordCount(), config: {'restart-strategy.type': 'fixed-delay'}})
    const complaint = new FtsError('restartable', 'FTS_CONNECTION_LOST', 'the connection was lost').toData()
    const error = new FtsError('restartable', 'FTS_SLOT_OUT_OF_MEMORY', 'slot 0 ran out of heap').toData()
    script.report('FAILED', isFirstCount, {error: complaint})
    script.report('FAILED', (task) => task.vertexName === 'count' && !isFirstCount(task), {error})
    script.report('CANCELED', (task) => task.vertexName === 'words')
    script.event({kind: 'timerFired', timer: {kind: 'restart', jobId: wordCount().jobId}})
    const view = script.plane.viewOf(wordCount().jobId, script.nowMs)
    expect(view.failures?.map(({message}) => message)).toContain('slot 0 ran out of heap')
  })

  it('does not read again what a finished task has read, when its TaskManager goes', () => {
    const script = running(lineJob('words', [WORDS]), {'tm-1': 1, 'tm-2': 1})
    const [first, second] = script.deployed().map(({task}) => task)
    script.report('FINISHED', (task) => task === second)
    script.event({kind: 'taskManagerExited', taskManagerId: taskManagerId('tm-2'), exit: {code: 1, signal: null}})
    script.event({kind: 'connectionClosed', taskManagerId: taskManagerId('tm-2')})
    const {vertexId, attemptId, subtaskIndex} = first
    for (let i = 0; i < 5; i++) script.message('tm-1', {kind: 'requestSplit', vertexId, attemptId, subtaskIndex})
    const later = script.sent('assignSplits').flatMap(({message}) => message.splits)
    const ids = [...first.initialSplits, ...second.initialSplits, ...later].map((split) => split.splitId)
    expect(ids).toEqual(ids.map((_, index) => index))
    script.report('FINISHED', (task) => task === first)
    expect(script.results()[0].status).toBe('FINISHED')
  })

  it('has a TaskManager killed whose task does not stop', () => {
    const script = running()
    script.event({kind: 'cancelRequested', jobId: wordCount().jobId})
    script.report('CANCELED', (task) => !isFirstCount(task))
    const effects = script.event({kind: 'timerFired', timer: {kind: 'cancellation', jobId: wordCount().jobId}})
    const reason = 'was killed because "count" (1/2) did not stop within 0.8 s of its cancellation'
    expect(effects).toContainEqual({kind: 'killTaskManager', taskManagerId: 'tm-1', reason})
    expect(script.results()[0].status).toBe('CANCELED')
    expect(script.results()[0].error).toBeUndefined()
  })

  it("takes a producer's error out of that of its consumer", () => {
    const script = running()
    const origin = new FtsError('user', 'FTS_X', 'line 3 is bad')
    const error = new FtsError('restartable', 'FTS_PRODUCER_FAILED', 'a producer failed', {}, {cause: origin}).toData()
    script.report('FAILED', isFirstCount, {error})
    script.report('CANCELED', (task) => !isFirstCount(task))
    expect(script.results()[0]).toMatchObject({status: 'FAILED', error: {code: 'FTS_X', message: 'line 3 is bad'}})
  })

  it('keeps the cause of a failure when a TaskManager ends itself because a task does not stop', () => {
    const script = running()
    const disk = new FtsError('restartable', 'FTS_DISK_FULL', 'the disk is full').toData()
    script.report('FAILED', isFirstCount, {error: disk})
    const stuck = new FtsError('restartable', 'FTS_TASK_STUCK', 'a task did not stop').toData()
    script.message('tm-1', {kind: 'unregister', reason: 'a cancelled task did not stop', error: stuck})
    expect(script.results()[0]).toMatchObject({status: 'FAILED', error: {code: 'FTS_DISK_FULL'}})
  })

  it('kills a silent TaskManager', () => {
    const script = running()
    script.event({kind: 'taskManagerSilent', taskManagerId: taskManagerId('tm-1'), silentMs: 10_400})
    expect(script.effects).toContainEqual(expect.objectContaining({kind: 'killTaskManager', taskManagerId: 'tm-1'}))
    expect(script.results()[0].error?.message).toContain('gave no sign of life for 10.4 s and was killed while running')
  })

  it('repeats the last words of a TaskManager that leaves', () => {
    const script = running()
    const error = new FtsError(
      'user',
      'FTS_MEMORY',
      'the budget of 1 MB is too small',
      {},
      {tryThis: 'Raise it.'},
    ).toData()
    script.message('tm-1', {kind: 'unregister', reason: 'it cannot go on', error})
    expect(script.results()[0].error).toMatchObject({
      kind: 'user',
      message: expect.stringMatching(/has left: it cannot go on while running .*: the budget of 1 MB is too small/),
      tryThis: 'Raise it.',
    })
  })

  it('fails when a slot that is in use goes', () => {
    const script = running()
    const {allocationId, slotIndex} = script.deployed()[0].task
    script.message('tm-1', {kind: 'slotFreed', allocationId, slotIndex})
    script.report('CANCELED', (task) => task.slotIndex !== slotIndex)
    expect(script.results()[0].error).toMatchObject({code: 'FTS_SLOT_LOST'})
  })

  it('ends quietly when the reader of the output has gone', () => {
    const script = running()
    const error = new FtsError('user', 'FTS_OUTPUT_CLOSED', 'the reader of stdout has gone').toData()
    script.report('FAILED', isFirstCount, {error})
    script.report('CANCELED', (task) => !isFirstCount(task))
    expect(script.results()[0]).toMatchObject({status: 'CANCELED', error: {code: 'FTS_OUTPUT_CLOSED'}})
  })

  it('is FINISHED when the cancellation came too late', () => {
    const script = running()
    script.event({kind: 'cancelRequested', jobId: wordCount().jobId})
    script.report('FINISHED')
    expect(script.results()[0].status).toBe('FINISHED')
  })

  it('ignores late news of a task that is being cancelled', () => {
    const script = submit(wordCount(), {'tm-1': 2})
    script.offerRequested()
    script.event({kind: 'cancelRequested', jobId: wordCount().jobId})
    script.report('RUNNING')
    script.report('CANCELED')
    expect(script.results()[0].status).toBe('CANCELED')
  })

  it('fails the job when its tasks are cancelled by nobody', () => {
    const script = running()
    script.report('CANCELED', isFirstCount)
    script.report('CANCELED', (task) => !isFirstCount(task))
    expect(script.results()[0].error).toMatchObject({code: 'FTS_TASK_CANCELED'})
  })

  it('abandons its jobs on shutdown and tells every TaskManager to end', () => {
    const script = running()
    const error = new FtsError('restartable', 'FTS_JOBMANAGER_SHUTDOWN', 'shut down').toData()
    script.effects.push(...script.plane.abandonJobs(error, script.nowMs))
    script.event({kind: 'shutdownRequested', reason: 'done'})
    expect(script.results()[0]).toMatchObject({status: 'FAILED', error: {code: 'FTS_JOBMANAGER_SHUTDOWN'}})
    expect(script.sent('shutdown').map(({to}) => to)).toEqual(['tm-1'])
    expect(script.event({kind: 'connectionClosed', taskManagerId: taskManagerId('tm-1')})).toEqual([])
  })

  it('refuses a job that was submitted before', () => {
    const script = running()
    expect(() => script.event({kind: 'jobSubmitted', graph: wordCount()})).toThrow('has been submitted before')
  })
})

describe('a process that was started', () => {
  const registration = (id: string) => ({kind: 'registration', taskManagerId: taskManagerId(id)}) as const
  const started = (...ids: string[]) => ({kind: 'taskManagersStarted', taskManagerIds: ids.map(taskManagerId)}) as const
  const tooLate = (id: string) => ({kind: 'timerFired', timer: registration(id)}) as const
  const killed = (id: string) =>
    ({kind: 'taskManagerExited', taskManagerId: taskManagerId(id), exit: {code: null, signal: 'SIGKILL'}}) as const
  const outcome = (effects: readonly ControlEffect[]) =>
    effects.flatMap((one) =>
      one.kind === 'killTaskManager'
        ? [`kill ${one.taskManagerId}`]
        : one.kind === 'startTaskManagers'
          ? ['start']
          : [],
    )

  function starting(graph: JobGraphSpec = wordCount()): ControlPlaneScript {
    const script = new ControlPlaneScript()
    script.event({kind: 'taskManagersExpected', count: 1, slotsEach: 2})
    script.event(started('tm-1'))
    script.event({kind: 'jobSubmitted', graph})
    return script
  }

  it('is killed and replaced when it does not register, and the job starts, though it is one that is never restarted', () => {
    const script = starting()
    expect(outcome(script.event(tooLate('tm-1')))).toEqual(['kill tm-1', 'start'])
    script.event(started('tm-2'))
    expect(outcome(script.event(killed('tm-1')))).toEqual([])
    script.register('tm-2', 2)
    script.offerRequested()
    expect(placed(script)).toEqual(['words/0 tm-2:0', 'count/0 tm-2:0', 'words/1 tm-2:1', 'count/1 tm-2:1'])
  })

  it('has its timer only until it has registered or ended', () => {
    const script = new ControlPlaneScript()
    script.event({kind: 'taskManagersExpected', count: 2, slotsEach: 2})
    const effects = script.event(started('tm-1', 'tm-2'))
    expect(effects.map((one) => (one.kind === 'startTimer' ? one.timer : one.kind))).toEqual([
      registration('tm-1'),
      registration('tm-2'),
    ])
    expect(script.register('tm-1', 2)).toContainEqual({kind: 'cancelTimer', timer: registration('tm-1')})
    expect(script.event(killed('tm-2'))).toContainEqual({kind: 'cancelTimer', timer: registration('tm-2')})
    expect(script.event(tooLate('tm-1'))).toEqual([])
    expect(script.event(started('tm-1', 'tm-2'))).toEqual([])
  })

  it('may not register any more when it was killed, whatever its connection still brings', () => {
    const script = starting()
    script.event(tooLate('tm-1'))
    expect(() => script.register('tm-1', 2)).toThrow('a registration that is refused does not come in')
  })

  it('is replaced in a job that runs, when it was to replace a lost one itself', () => {
    const script = running({...wordCount(), config: {'restart-strategy.type': 'fixed-delay'}})
    script.event({kind: 'taskManagersExpected', count: 1, slotsEach: 2})
    script.event({kind: 'connectionClosed', taskManagerId: taskManagerId('tm-1')})
    expect(outcome(script.event(killed('tm-1')))).toEqual(['start'])
    script.event(started('tm-2'))
    expect(outcome(script.event(tooLate('tm-2')))).toEqual(['kill tm-2', 'start'])
    script.event(started('tm-3'))
    expect(script.results()).toEqual([])
  })

  it('fails the job when none of several in a row has registered', () => {
    const script = starting()
    const all: string[] = []
    for (const id of ['tm-1', 'tm-2', 'tm-3', 'tm-4']) {
      expect(script.results()).toEqual([])
      script.event(started(id))
      // That the job has waited long for its slots ends nothing while one is starting.
      script.event({kind: 'timerFired', timer: {kind: 'slotRequest', jobId: wordCount().jobId}})
      all.push(...outcome(script.event(tooLate(id))))
    }
    expect(all.filter((one) => one !== 'start')).toEqual(['kill tm-1', 'kill tm-2', 'kill tm-3', 'kill tm-4'])
    expect(all.filter((one) => one === 'start')).toHaveLength(3)
    expect(script.results()[0].error).toMatchObject({
      code: 'FTS_TASKMANAGER_NOT_REGISTERED',
      message: expect.stringMatching(/^TaskManager tm-4 did not register within \d+ ms and was killed$/),
    })
  })
})

describe('TaskManagers of a leader before', () => {
  const left = (...ids: string[]) => ({kind: 'taskManagersLeft', taskManagerIds: ids.map(taskManagerId)}) as const
  const killed = (id: string) =>
    ({kind: 'taskManagerExited', taskManagerId: taskManagerId(id), exit: {code: null, signal: 'SIGKILL'}}) as const
  const RECOVERED = {
    record: {startedAtMs: 5, restarts: 3, failures: [], checkpoints: [], journaled: []},
    error: {kind: 'restartable', code: 'FTS_JOBMANAGER_LOST', message: 'jm-1 has ended', details: {}},
  } as const
  const REPLACED = {'restart-strategy.type': 'fixed-delay'}

  function takeOver(): ControlPlaneScript {
    const script = new ControlPlaneScript()
    script.event(left('tm-1', 'tm-2'))
    script.event({kind: 'taskManagersExpected', count: 2, slotsEach: 2})
    script.event({kind: 'jobSubmitted', graph: {...wordCount(), config: REPLACED}, recovered: RECOVERED})
    return script
  }

  it('all come before a slot is given, though one would do', () => {
    const script = takeOver()
    script.register('tm-2', 2)
    expect(script.sent('requestSlot')).toEqual([])
    script.register('tm-1', 2)
    expect(script.sent('requestSlot').map(({message}) => message.slotIndex)).toEqual([0, 1])
  })

  it('need not come when they have ended, before or after the new leader heard of them', () => {
    const script = takeOver()
    script.register('tm-2', 2)
    script.event(killed('tm-1'))
    expect(script.sent('requestSlot')).toHaveLength(2)
    const late = new ControlPlaneScript()
    late.event(killed('tm-1'))
    late.event(left('tm-1'))
    late.event({kind: 'taskManagersExpected', count: 1, slotsEach: 2})
    const effects = late.event({
      kind: 'jobSubmitted',
      graph: {...wordCount(), config: REPLACED},
      recovered: RECOVERED,
    })
    expect(effects).toContainEqual({kind: 'startTaskManagers', count: 1})
  })

  it('are killed when they do not come', () => {
    const script = takeOver()
    const effects = script.event({kind: 'timerFired', timer: {kind: 'takeover'}})
    expect(effects.flatMap((one) => (one.kind === 'killTaskManager' ? [one.taskManagerId] : []))).toEqual([
      'tm-1',
      'tm-2',
    ])
  })

  it('run attempts with numbers that no leader has used, and the takeover is one of the failures', () => {
    const script = takeOver()
    script.register('tm-1', 2)
    script.register('tm-2', 2)
    script.offerRequested()
    expect(new Set(script.deployed().map(({task}) => task.attempt))).toEqual(new Set([4]))
    const view = script.plane.viewOf(wordCount().jobId, script.nowMs)
    expect(view).toMatchObject({startedAtMs: 5, restarts: 4, failures: [{code: 'FTS_JOBMANAGER_LOST'}]})
  })
})
