// Goal: a checkpoint on disk is the one that was completed, or it is refused with a sentence; old formats stay readable.
// Method: metadata through bytes and through a disk in memory that tears, flips and loses; a fixture with the bytes of version 1.
import {readFileSync} from 'node:fs'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {
  type CheckpointMetadata,
  CheckpointStorage,
  decodeMetadata,
  encodeMetadata,
  readCheckpoint,
  stateFilesOf,
} from '../../../src/checkpoint/index.js'
import {jobId, jobVertexId, operatorId} from '../../../src/core/index.js'
import {MemoryDisk} from '../../support/memory-disk.js'
import {propertyOptions} from '../../support/property-options.js'
import {ROOT} from '../../support/repository.js'

const JOB = jobId('ab'.repeat(16))

function example(folder: string, checkpointId = 3): CheckpointMetadata {
  const shared = `${folder.slice(0, folder.lastIndexOf('/'))}/shared`
  const file = (path: string) => ({path, sizeBytes: 3, crc32: 123})
  const keyed = {
    keyGroupStart: 0,
    keyGroupEndInclusive: 63,
    format: 'heap-1',
    files: [file(`${shared}/base`), file(`${folder}/own`)],
  }
  const count = operatorId('c0')
  return {
    jobId: JOB,
    jobName: 'count',
    checkpointId,
    type: 'checkpoint',
    timestampMs: 1_700_000_000_000,
    vertices: [
      {
        vertexId: jobVertexId('a0'),
        name: 'lines',
        parallelism: 1,
        maxParallelism: 128,
        finishedSubtasks: [0],
        operators: [{operatorId: operatorId('a0'), name: 'lines', subtasks: [undefined]}],
        splits: {version: 1, returned: [], fresh: {nextSplitId: 4, donePaths: ['x']}},
      },
      {
        vertexId: jobVertexId('c0'),
        name: 'count',
        parallelism: 2,
        maxParallelism: 128,
        finishedSubtasks: [],
        operators: [
          {
            operatorId: count,
            name: 'count',
            subtasks: [
              {operatorId: count, keyed, lists: []},
              {
                operatorId: count,
                lists: [{name: 'l', distribution: 'split', elements: [Buffer.from('one'), Buffer.from('')]}],
              },
            ],
          },
        ],
      },
    ],
  }
}

/** The same, taken without waiting: subtask 1 of count had something under way. */
function unaligned(folder: string): CheckpointMetadata {
  const {vertices, ...rest} = example(folder)
  const inFlight = {
    format: 'in-flight 1',
    file: {path: `${folder}/channels`, sizeBytes: 9, crc32: 321},
    channels: [{side: 'input', exchange: 0, peer: 0, sizeBytes: 4}],
  } as const
  return {
    ...rest,
    vertices: [
      {...vertices[0], inFlight: {inputs: [], subtasks: [undefined]}},
      {
        ...vertices[1],
        inFlight: {inputs: [{producer: jobVertexId('a0'), partitionIndex: 0}], subtasks: [undefined, inFlight]},
      },
    ],
  }
}

async function diskWith(...ids: readonly number[]): Promise<MemoryDisk> {
  const disk = new MemoryDisk()
  const storage = new CheckpointStorage(disk, '/ck')
  await storage.openJob(JOB)
  for (const id of ids) {
    const folder = `/ck/${JOB}/chk-${id}`
    await storage.makeFolder(folder)
    disk.files.set(`${folder}/own`, Buffer.from('own'))
    disk.files.set(`/ck/${JOB}/shared/base`, Buffer.from('bas'))
    await storage.write({folder, sharedFolder: `/ck/${JOB}/shared`, metadata: example(folder, id)})
  }
  return disk
}

/** Buffers and Uint8Arrays are different to `toEqual`. */
const plain = (metadata: CheckpointMetadata) =>
  JSON.parse(JSON.stringify(metadata, (_, value) => (value instanceof Uint8Array ? [...value] : value)))
const comparable = (metadata: CheckpointMetadata) =>
  plain({
    ...metadata,
    vertices: metadata.vertices.map((vertex) => ({
      ...vertex,
      operators: vertex.operators.map((one) => ({
        ...one,
        subtasks: one.subtasks.map(
          (subtask) =>
            subtask && {
              ...subtask,
              lists: subtask.lists.map((list) => ({
                ...list,
                elements: list.elements.map((bytes) => Uint8Array.from(bytes)),
              })),
            },
        ),
      })),
    })),
  })

describe('metadata', () => {
  it('comes back as it was', () => {
    const folder = '/ck/job/chk-3'
    expect(comparable(decodeMetadata(encodeMetadata(example(folder), folder), folder))).toEqual(
      comparable(example(folder)),
    )
  })

  it('can be moved with the folder of its job', () => {
    const bytes = encodeMetadata(example('/ck/job/chk-3'), '/ck/job/chk-3')
    expect(comparable(decodeMetadata(bytes, '/backup/chk-3'))).toEqual(comparable(example('/backup/chk-3')))
  })

  it('of version 1 is read, and written the same', () => {
    const hex = readFileSync(`${ROOT}/fixtures/checkpoints/metadata-v1.hex`, 'utf8')
    const bytes = Buffer.from(hex.replace(/#.*$/gm, '').replace(/\s+/g, ''), 'hex')
    expect(comparable(decodeMetadata(bytes, '/ck/job/chk-3'))).toEqual(comparable(example('/ck/job/chk-3')))
    expect(Buffer.from(encodeMetadata(example('/ck/job/chk-3'), '/ck/job/chk-3')).equals(bytes)).toBe(true)
  })

  it('of version 2, with data under way, is read, and written the same', () => {
    const hex = readFileSync(`${ROOT}/fixtures/checkpoints/metadata-v2.hex`, 'utf8')
    const bytes = Buffer.from(hex.replace(/#.*$/gm, '').replace(/\s+/g, ''), 'hex')
    const folder = '/ck/job/chk-3'
    expect(comparable(decodeMetadata(bytes, folder))).toEqual(comparable(unaligned(folder)))
    expect(Buffer.from(encodeMetadata(unaligned(folder), folder)).equals(bytes)).toBe(true)
    expect(stateFilesOf(decodeMetadata(bytes, '/backup/chk-3')).map(({path}) => path)).toEqual([
      '/backup/shared/base',
      '/backup/chk-3/own',
      '/backup/chk-3/channels',
    ])
  })

  it('that is cut or changed anywhere is found out', () => {
    const folder = '/ck/job/chk-3'
    const bytes = encodeMetadata(example(folder), folder)
    const damaged = expect.objectContaining({kind: 'user'})
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({min: 1, max: 255}), (at, bits) => {
        const flipped = bytes.slice()
        flipped[at] ^= bits
        expect(() => decodeMetadata(flipped, folder)).toThrow(damaged)
        expect(() => decodeMetadata(bytes.slice(0, at), folder)).toThrow(damaged)
      }),
      propertyOptions(),
    )
  })

  it('of a newer format is refused by its version', () => {
    const bytes = Buffer.from(encodeMetadata(example('/ck/job/chk-3'), '/ck/job/chk-3'))
    bytes.writeUInt32LE(3, 4)
    expect(() => decodeMetadata(bytes, '/ck/job/chk-3')).toThrow(
      expect.objectContaining({code: 'FTS_CHECKPOINT_NEWER_FORMAT', message: expect.stringContaining('version 3')}),
    )
  })
})

describe('a stored checkpoint', () => {
  it('outlives a loss of power once it is written', async () => {
    const disk = await diskWith(3)
    disk.losePower()
    disk.files.set(`/ck/${JOB}/chk-3/own`, Buffer.from('own'))
    disk.files.set(`/ck/${JOB}/shared/base`, Buffer.from('bas'))
    expect((await readCheckpoint(disk, `/ck/${JOB}/chk-3`)).metadata.checkpointId).toBe(3)
  })

  it('is found by its folder, its metadata, or as the newest of its job', async () => {
    const disk = await diskWith(9, 10)
    for (const path of [`/ck/${JOB}/chk-10`, `/ck/${JOB}/chk-10/_metadata`, `/ck/${JOB}`, `/ck/${JOB}/`])
      expect((await readCheckpoint(disk, path)).folder).toBe(`/ck/${JOB}/chk-10`)
  })

  it('that is torn is passed over for the one before it, by name', async () => {
    const disk = await diskWith(9, 10)
    const path = `/ck/${JOB}/chk-10/_metadata`
    disk.files.set(path, disk.files.get(path)!.slice(0, 100))
    const found = await readCheckpoint(disk, `/ck/${JOB}`)
    expect(found.folder).toBe(`/ck/${JOB}/chk-9`)
    expect(found.damaged.map(({message}) => message)).toEqual([expect.stringContaining('chk-10/_metadata is torn')])
    await expect(readCheckpoint(disk, `/ck/${JOB}/chk-10`)).rejects.toMatchObject({code: 'FTS_CHECKPOINT_DAMAGED'})
  })

  it('with a missing or short file is refused, and so is what is none', async () => {
    const disk = await diskWith(3)
    disk.files.set(`/ck/${JOB}/shared/base`, Buffer.from('b'))
    const folder = `/ck/${JOB}/chk-3`
    await expect(readCheckpoint(disk, folder)).rejects.toMatchObject({
      code: 'FTS_STATE_FILE_MISSING',
      message: expect.stringContaining('has 1 bytes instead of 3'),
    })
    disk.files.delete(`/ck/${JOB}/shared/base`)
    await expect(readCheckpoint(disk, folder)).rejects.toMatchObject({
      message: expect.stringContaining('shared/base is missing'),
    })
    await expect(readCheckpoint(disk, '/nowhere')).rejects.toMatchObject({
      kind: 'user',
      code: 'FTS_NOT_A_CHECKPOINT',
      message: '/nowhere is not a checkpoint: there is no such folder',
    })
    await expect(readCheckpoint(disk, '/ck')).rejects.toMatchObject({tryThis: expect.stringContaining(`/ck/${JOB}`)})
  })

  it('is never half there, wherever writing fails', async () => {
    for (const operation of ['create', 'append', 'sync', 'rename', 'syncFolder']) {
      const disk = await diskWith(9)
      const storage = new CheckpointStorage(disk, '/ck')
      const folder = `/ck/${JOB}/chk-10`
      await storage.makeFolder(folder)
      disk.failNext((one, path) => one === operation && path.includes('chk-10'))
      await expect(
        storage.write({folder, sharedFolder: undefined, metadata: example(folder, 10)}),
      ).rejects.toMatchObject({kind: 'restartable', code: 'FTS_CHECKPOINT_WRITE'})
      disk.losePower()
      disk.files.set(`/ck/${JOB}/chk-9/own`, Buffer.from('own'))
      disk.files.set(`/ck/${JOB}/shared/base`, Buffer.from('bas'))
      expect((await readCheckpoint(disk, `/ck/${JOB}`)).folder).toBe(`/ck/${JOB}/chk-9`)
    }
  })

  it('is opened by who takes over although the disk is full', async () => {
    const disk = await diskWith(1)
    for (const operation of ['create', 'append', 'rename'])
      for (let i = 0; i < 10; i++) disk.failNext((one) => one === operation)
    await new CheckpointStorage(disk, '/ck').reopenJob(JOB, [])
  })

  it('needs a folder of its own that can be written', async () => {
    const disk = await diskWith(1)
    const before = [...disk.files.keys()]
    await expect(new CheckpointStorage(disk, '/ck').openJob(JOB)).rejects.toMatchObject({
      code: 'FTS_CHECKPOINT_FOLDER_TAKEN',
    })
    expect([...disk.files.keys()]).toEqual(before)
    disk.failNext((operation) => operation === 'create', 'EACCES')
    await expect(new CheckpointStorage(disk, '/other').openJob(JOB)).rejects.toMatchObject({
      kind: 'user',
      code: 'FTS_CHECKPOINT_FOLDER',
      tryThis: expect.stringContaining('may write to'),
    })
  })
})
