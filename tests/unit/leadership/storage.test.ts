// Goal: what is stored of a job is found again or refused with a sentence; a full disk, a missing folder and two commands in one folder harm nothing.
// Method: a disk in memory that fails where it is told to; processes are numbers that are alive or not.
import {mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {Configuration} from '../../../src/config/index.js'
import {type FtsError, jobId} from '../../../src/core/index.js'
import {
  claimFolder,
  FileLeaderElection,
  findSubmittedJob,
  type JobRecord,
  readLeader,
  removeSubmittedJob,
  storageFolder,
  writeGraph,
} from '../../../src/leadership/index.js'
import {type Clock, NodeDisk, type Processes, type Random, type Timers} from '../../../src/platform/index.js'
import {ManualTimers} from '../../support/manual-timers.js'
import {MemoryDisk} from '../../support/memory-disk.js'
import {lineJob} from '../../support/sim-job.js'

const STORAGE = '/store/default/0'
const GRAPH = {...lineJob('counts', [{name: 'words', parallelism: 1}]), jobId: jobId('ab'.repeat(16))}
const RECORD: JobRecord = {startedAtMs: 5, restarts: 2, failures: [], checkpoints: [], journaled: []}

let hexCount = 0
const random: Random = {next: () => 0.5, hex: () => `nonce${++hexCount}`}

function processesOf(pid: number, gone: readonly number[] = []): Processes {
  return {own: {pid, startedAt: ''}, isGone: (one) => gone.includes(one.pid)}
}

interface Time {
  readonly clock: Clock
  readonly timers: Timers
}

const STILL: Time = {clock: {nowMs: () => 0, monotonicMs: () => 0}, timers: new ManualTimers()}

/** Time that passes at once where somebody waits for it. */
function passingTime(): Time {
  let nowMs = 0
  const after = (delayMs: number, callback: () => void) => {
    nowMs += delayMs
    queueMicrotask(callback)
    return {cancel: () => {}}
  }
  return {
    clock: {nowMs: () => nowMs, monotonicMs: () => nowMs},
    timers: {after, every: () => ({cancel: () => {}})},
  }
}

async function election(disk: MemoryDisk, pid: number, gone: readonly number[] = [], time = STILL) {
  const folder = await writeGraph(disk, STORAGE, GRAPH)
  return new FileLeaderElection({
    folder,
    jobManagerId: `jm-${pid}`,
    address: `/run/jm-${pid}.sock`,
    disk,
    ...time,
    random,
    processes: processesOf(pid, gone),
    leaseDurationMs: 1000,
    retryPeriodMs: 50,
  })
}

const lead = async (disk: MemoryDisk, pid: number, gone: readonly number[] = []) =>
  (await election(disk, pid, gone)).campaign()

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: FtsError) => error.code,
  )

describe('a submitted job', () => {
  it('is found with what its last leader has decided, until it is removed', async () => {
    const disk = new MemoryDisk()
    expect(await findSubmittedJob(disk, STORAGE)).toBeUndefined()
    const leadership = await lead(disk, 1)
    expect(await findSubmittedJob(disk, STORAGE)).toMatchObject({graph: {name: 'counts'}, record: undefined})
    await leadership.append(RECORD)
    const found = await findSubmittedJob(disk, STORAGE)
    expect(found?.record).toEqual(RECORD)
    await removeSubmittedJob(disk, found!)
    expect(await findSubmittedJob(disk, STORAGE)).toBeUndefined()
    expect([...disk.files.keys()]).toEqual([])
  })

  it('leaves retained checkpoints behind, and nothing else', async () => {
    const disk = new MemoryDisk()
    const leadership = await lead(disk, 1)
    await leadership.append(RECORD)
    const found = (await findSubmittedJob(disk, STORAGE))!
    await disk.makeFolder(`${found.folder}/checkpoints/job/chk-7`)
    disk.files.set(`${found.folder}/checkpoints/job/chk-7/_metadata`, new Uint8Array(1))
    await removeSubmittedJob(disk, found)
    expect([...disk.files.keys()]).toEqual([`${found.folder}/checkpoints/job/chk-7/_metadata`])
    expect(await findSubmittedJob(disk, STORAGE)).toBeUndefined()
  })

  it.each(['graph.json', 'state-2', 'token-1'])('with a damaged %s is refused by its name', async (name) => {
    const disk = new MemoryDisk()
    const leadership = await lead(disk, 1)
    await leadership.append(RECORD)
    const {folder} = (await findSubmittedJob(disk, STORAGE))!
    disk.files.set(`${folder}/${name}`, Buffer.from('{"torn'))
    const read = name === 'token-1' ? readLeader(disk, folder) : findSubmittedJob(disk, STORAGE)
    await expect(read).rejects.toMatchObject({
      code: 'FTS_LEADERSHIP_DAMAGED',
      message: expect.stringContaining(`/${name} is damaged`),
    })
  })

  it('survives a loss of power with all that was believed stored', async () => {
    const disk = new MemoryDisk()
    const leadership = await lead(disk, 1)
    await leadership.append(RECORD)
    disk.losePower()
    expect((await findSubmittedJob(disk, STORAGE))?.record).toEqual(RECORD)
    expect((await lead(disk, 2, [1])).state).toEqual(RECORD)
  })
})

describe('a leader', () => {
  it('tries again after a full disk; what it could not store counts for nobody', async () => {
    const disk = new MemoryDisk()
    const leadership = await lead(disk, 1)
    disk.failNext((operation) => operation === 'append')
    expect(await codeOf(leadership.append(RECORD))).toBe('FTS_LEADERSHIP_WRITE')
    expect((await findSubmittedJob(disk, STORAGE))?.record).toBeUndefined()
    await leadership.append(RECORD)
    expect((await lead(disk, 2, [1])).state).toEqual(RECORD)
  })

  it.each(['create', 'append', 'sync', 'link', 'syncFolder'])(
    'is elected although the disk is full for a moment, at %s',
    async (failing) => {
      for (let skipped = 0; skipped < 2; skipped++) {
        const disk = new MemoryDisk()
        await (await lead(disk, 1)).append(RECORD)
        const standby = await election(disk, 2, [1], passingTime())
        let left = skipped
        disk.failNext((operation) => operation === failing && left-- === 0)
        const leadership = await standby.campaign()
        expect(leadership.state).toEqual(RECORD)
        expect((await readLeader(disk, `${STORAGE}/${GRAPH.jobId}`))?.token).toBe(leadership.token)
        await leadership.append({...RECORD, restarts: 3})
      }
    },
  )

  it('is not elected when the disk stays full, and says why', async () => {
    const disk = new MemoryDisk()
    await lead(disk, 1)
    const standby = await election(disk, 2, [1], passingTime())
    for (let i = 0; i < 1000; i++) disk.failNext((operation) => operation === 'append')
    await expect(standby.campaign()).rejects.toMatchObject({
      code: 'FTS_LEADERSHIP_WRITE',
      message: expect.stringContaining(`the state of the job cannot be stored in ${STORAGE}/${GRAPH.jobId}: ENOSPC`),
    })
  })

  it('ends when it cannot know whether its decision is stored', async () => {
    const disk = new MemoryDisk()
    const leadership = await lead(disk, 1)
    disk.failNext((operation) => operation === 'syncFolder', 'EIO')
    expect(await codeOf(leadership.append(RECORD))).toBe('FTS_LEADERSHIP_LOST')
  })

  it('ends when somebody has taken over, or its folder is gone', async () => {
    const disk = new MemoryDisk()
    const [first, second] = [await lead(disk, 1), await lead(disk, 2, [1])]
    expect([second.token, second.former?.process.pid]).toEqual([2, 1])
    expect(await codeOf(first.renew())).toBe('FTS_LEADERSHIP_LOST')
    expect(await codeOf(first.append(RECORD))).toBe('FTS_LEADERSHIP_LOST')
    await second.append(RECORD)
    await disk.remove(STORAGE)
    await lead(disk, 3)
    expect(await codeOf(second.renew())).toBe('FTS_LEADERSHIP_LOST')
  })

  it('keeps some states before the last, and no more', async () => {
    const disk = new MemoryDisk()
    const leadership = await lead(disk, 1)
    for (let restarts = 0; restarts < 40; restarts++) await leadership.append({...RECORD, restarts})
    const states = [...disk.files.keys()].filter((path) => path.includes('/state-'))
    expect(states.length).toBeLessThan(12)
    expect((await findSubmittedJob(disk, STORAGE))?.record?.restarts).toBe(39)
  })
})

describe('the folder of a command', () => {
  it('belongs to one that lives', async () => {
    const disk = new MemoryDisk()
    const claim = (pid: number, gone: readonly number[] = []) =>
      claimFolder(STORAGE, {disk, processes: processesOf(pid, gone), random})
    const first = await claim(1)
    expect(await codeOf(claim(2))).toBe('FTS_HIGH_AVAILABILITY_IN_USE')
    const second = await claim(2, [1])
    expect(await codeOf(claim(3, [1]))).toBe('FTS_HIGH_AVAILABILITY_IN_USE')
    // It is not its own any more.
    await first.release()
    expect(await codeOf(claim(3, [1]))).toBe('FTS_HIGH_AVAILABILITY_IN_USE')
    await second.release()
    await claim(3)
  })

  it('goes with the one above it when it is released and empty', async () => {
    const disk = new MemoryDisk()
    const other = await claimFolder('/store/default/1', {disk, processes: processesOf(1), random})
    const own = await claimFolder(STORAGE, {disk, processes: processesOf(1), random})
    await own.release()
    expect([...disk.folders].sort()).toEqual(['/', '/store', '/store/default', '/store/default/1'])
    disk.files.set('/store/default/1/left', new Uint8Array(1))
    await other.release()
    expect(disk.folders).toContain('/store/default/1')
    await disk.remove('/store/default/1/left')
    await (await claimFolder('/store/default/1', {disk, processes: processesOf(1), random})).release()
    expect([...disk.folders].sort()).toEqual(['/', '/store'])
  })

  it('belongs to one at a time, also while others release and remove it', async () => {
    const storage = mkdtempSync(join(tmpdir(), 'fts-claims-'))
    const folder = `${storage}/default/0`
    const disk = new NodeDisk()
    let holders = 0
    const holdOften = async (pid: number) => {
      for (let held = 0; held < 25; ) {
        const claim = await claimFolder(folder, {disk, processes: processesOf(pid), random}).catch(refusedFor)
        if (claim === 'in use') continue
        holders += 1
        expect(holders).toBe(1)
        await disk.list(folder)
        holders -= 1
        held += 1
        await claim.release()
      }
    }
    const refusedFor = (error: FtsError) => {
      expect(error.code).toBe('FTS_HIGH_AVAILABILITY_IN_USE')
      return 'in use' as const
    }
    await Promise.all([1, 2, 3, 4].map(holdOften))
    expect(readdirSync(storage)).toEqual([])
    rmSync(storage, {recursive: true})
  })

  it.each(['makeFolder', 'create', 'append', 'link'])('that cannot be written (%s) is said', async (failing) => {
    const disk = new MemoryDisk()
    disk.failNext((operation) => operation === failing, 'EACCES')
    expect(await codeOf(claimFolder(STORAGE, {disk, processes: processesOf(1), random}))).toBe(
      'FTS_HIGH_AVAILABILITY_FOLDER',
    )
  })

  it('is named by the options', () => {
    const folder = (entries: Record<string, string>) => storageFolder(Configuration.fromEntries(entries), 2)
    expect(folder({'high-availability.storageDir': '/ha'})).toBe('/ha/default/2')
    const uri = {'high-availability.storageDir': 'file:///ha', 'high-availability.cluster-id': '/mine'}
    expect(folder(uri)).toBe('/ha/mine/2')
    const code = 'FTS_HIGH_AVAILABILITY_FOLDER'
    expect(() => folder({})).toThrow(expect.objectContaining({code}))
    for (const id of ['a/b', '..', ''])
      expect(() => folder({'high-availability.storageDir': '/ha', 'high-availability.cluster-id': id})).toThrow(
        expect.objectContaining({code}),
      )
  })
})
