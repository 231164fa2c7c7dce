// Goal: threads are made early, started, watched, replaced and closed; the death of one has a sentence that fits its cause.
// Method: real worker threads that run a small script instead of a slot and die as they are told.
import {join} from 'node:path'
import {afterEach, describe, expect, it} from 'vitest'
import type {FtsError} from '../../../src/core/index.js'
import {SlotThreads, type SlotThreadsOptions, type SlotThreadsStart} from '../../../src/taskmanager/slot-threads.js'

const MIB = 1024 * 1024
const WORKER = join(import.meta.dirname, '../../support/scripted-slot-worker.cjs')

const started: SlotThreads[] = []
afterEach(() => {
  for (const threads of started.splice(0)) for (const thread of threads.all()) thread.terminate()
})

function threadsNamed(taskManagerId: string, handlers: Partial<SlotThreadsOptions> = {}): SlotThreads {
  const threads = new SlotThreads({
    taskManagerId,
    runDirectory: '/nowhere',
    workerFile: WORKER,
    received: () => {},
    lost: () => {},
    failed: () => {},
    wrote: () => {},
    ...handlers,
  })
  started.push(threads)
  return threads
}

function startOf(slots: number, of: {heapMib?: number; isBudgetGiven?: boolean} = {}): SlotThreadsStart {
  const perSlot = {managedBytes: 0, networkSegments: 16, segmentBytes: 32768}
  const taskHeapBytes = (of.heapMib ?? 64) * MIB
  const none = {totalBytes: 0, frameworkHeapBytes: 0, managedBytes: 0, networkBytes: 0}
  return {
    slots,
    config: {},
    division: {...none, taskHeapBytes, slots, perSlot},
    isBudgetGiven: of.isBudgetGiven ?? false,
    wordModule: undefined,
  }
}

/** What becomes of slot 0 when its code does what its name says. */
async function lossOf(name: string): Promise<FtsError> {
  const {promise, resolve} = deferred<FtsError>()
  const threads = threadsNamed(name, {lost: (_slotIndex, error) => resolve(error)})
  await threads.start(startOf(1, {heapMib: 24}))
  threads.post(0, {kind: 'deploy', tasks: []})
  return promise
}

function deferred<Value>() {
  let resolve: (value: Value) => void = () => {}
  const promise = new Promise<Value>((settle) => {
    resolve = settle
  })
  return {promise, resolve}
}

describe('SlotThreads', () => {
  it('is ready when the slowest thread is, with the threads that were made before', async () => {
    const threads = threadsNamed('tm-1')
    threads.warm(1, 64 * MIB)
    const [warm] = threads.all()
    expect(await threads.start(startOf(3))).toBe(3)
    expect([threads.all().length, threads.all()[0] === warm]).toEqual([3, true])
    expect(threads.dataAddresses(2)).toEqual(['/nowhere/tm-1-0.sock', '/nowhere/tm-1-1.sock'])
    expect(await threads.close()).toEqual({hasPendingCalls: false})
  })

  it('ends threads that are not needed, and those with another heap than the given one', async () => {
    const threads = threadsNamed('tm-1')
    threads.warm(2, 64 * MIB)
    const [warm] = threads.all()
    await threads.start(startOf(1, {heapMib: 32, isBudgetGiven: true}))
    expect(threads.all().map((thread) => [thread === warm, thread.heapBytes / MIB])).toEqual([[false, 32]])
  })

  it('keeps a warm thread when a derived budget only allows more', async () => {
    const threads = threadsNamed('tm-1')
    threads.warm(1, 64 * MIB)
    const [warm] = threads.all()
    await threads.start(startOf(2, {heapMib: 96}))
    expect(threads.all().map((thread) => [thread === warm, thread.heapBytes / MIB])).toEqual([
      [true, 64],
      [false, 96],
    ])
  })

  it('says so when a thread cannot be made ready', async () => {
    for (const [name, code] of [
      ['fails at start', 'FTS_X'],
      ['dies at start', 'FTS_SLOT_LOST'],
    ]) {
      const {promise, resolve} = deferred<FtsError>()
      void threadsNamed(name, {failed: resolve}).start(startOf(1))
      expect((await promise).code).toBe(code)
    }
  })

  it.each([
    ['exits', 'FTS_SLOT_LOST', 'the thread of slot 0 of exits ended: exit code 3'],
    ['throws', 'FTS_SLOT_LOST', 'the thread of slot 0 of throws ended: a bug in user code'],
    ['hoards', 'FTS_SLOT_OUT_OF_MEMORY', 'slot 0 of hoards ran out of heap: its code needed more than 24 MiB'],
  ])('tells how a thread ended that %s', async (name, code, message) => {
    expect(await lossOf(name)).toMatchObject({kind: 'restartable', code, message})
  })

  it('replaces a lost thread, which is ready again and can be closed', async () => {
    const {promise, resolve} = deferred<number>()
    const threads = threadsNamed('exits', {lost: resolve})
    await threads.start(startOf(2))
    threads.post(1, {kind: 'deploy', tasks: []})
    expect(await promise).toBe(1)
    threads.replace(1)
    expect(await threads.close()).toEqual({hasPendingCalls: false})
  })

  it('closes without a thread that has died, and knows of system calls under way', async () => {
    const {promise, resolve} = deferred<number>()
    const dying = threadsNamed('exits', {lost: resolve})
    await dying.start(startOf(1))
    dying.post(0, {kind: 'deploy', tasks: []})
    await promise
    expect(await dying.close()).toEqual({hasPendingCalls: false})
    const reading = threadsNamed('reads')
    await reading.start(startOf(1))
    expect(await reading.close()).toEqual({hasPendingCalls: true})
  })
})
