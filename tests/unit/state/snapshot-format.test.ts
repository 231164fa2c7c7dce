// Goal: the format of keyed state is what its page says, files that were written once keep being read, and what cannot be read is refused.
// Method: one snapshot against its fixture, byte by byte, and the fixture read back; files that are damaged, newer, or of something else.
import {readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import type {KeyedStateHandle} from '../../../src/core/index.js'
import {
  HeapTimerService,
  KEYED_STATE_FORMAT,
  ListStateDescriptor,
  type LocalKeyedStateBackend,
  type TimeSpan,
  ValueStateDescriptor,
  VOID_NAMESPACE,
} from '../../../src/state/index.js'
import {newBackend} from '../../support/keyed-state.js'
import {ManualProcessingTime} from '../../support/manual-processing-time.js'
import {StateFiles} from '../../support/state-files.js'

const FIXTURE = new URL('../../../fixtures/state/keyed-state-1.hex', import.meta.url)
const COUNT = new ValueStateDescriptor<number>('count')

function subtask(fired: unknown[] = [], options: Parameters<typeof newBackend>[0] = {}) {
  const backend = newBackend(options)
  const triggerable = {
    onEventTime: ({key, timestampMs, namespace}: {key: unknown; timestampMs: number; namespace: TimeSpan}) =>
      void fired.push([key, timestampMs, namespace.start]),
    onProcessingTime: () => {},
  }
  const timers = new HeapTimerService<TimeSpan>({
    key: backend,
    processingTime: new ManualProcessingTime(0),
    triggerable,
  })
  backend.include(timers.snapshotSources)
  return {backend, timers}
}

function written(backend: LocalKeyedStateBackend, files: StateFiles, extra?: unknown): KeyedStateHandle {
  return files.complete(backend.takeSnapshot({checkpointId: 1, isIncremental: false, extra}))
}

function handleOf(bytes: Uint8Array, files: StateFiles, format = KEYED_STATE_FORMAT): KeyedStateHandle {
  return {keyGroupStart: 0, keyGroupEndInclusive: 127, format, files: [files.write(bytes)]}
}

function example(files: StateFiles): Uint8Array {
  const {backend, timers} = subtask()
  backend.setCurrentKey('word')
  backend.getState(VOID_NAMESPACE, COUNT).update(3)
  timers.registerEventTimeTimer({start: 0, end: 10}, 9)
  return files.read(written(backend, files, {watermarkMs: 5}).files[0])
}

/** The bytes in the fixture: hex, with notes behind `#`. */
function fixture(): Uint8Array {
  const text = readFileSync(FIXTURE, 'utf8').replace(/#.*$/gm, '')
  return Uint8Array.from(
    text.split(/\s+/).filter((part) => part !== ''),
    (byte) => Number.parseInt(byte, 16),
  )
}

describe('the format of keyed state', () => {
  it('is that of the fixture', () => {
    const bytes = example(new StateFiles())
    expect(Buffer.from(bytes).toString('hex')).toBe(Buffer.from(fixture()).toString('hex'))
  })

  it('is read back from the fixture', () => {
    const files = new StateFiles()
    const fired: unknown[] = []
    const {backend, timers} = subtask(fired)
    const extras = backend.restore({handles: [handleOf(fixture(), files)], readFile: files.read})
    backend.setCurrentKey('word')
    expect(backend.getState(VOID_NAMESPACE, COUNT).value()).toBe(3)
    timers.advanceWatermark(9)
    expect([extras, fired]).toEqual([[{watermarkMs: 5}], [['word', 9, 0]]])
  })

  it('has states that nobody asks for in the next snapshot', () => {
    const files = new StateFiles()
    const {backend} = subtask()
    backend.restore({handles: [handleOf(fixture(), files)], readFile: files.read})
    const second = subtask().backend
    second.restore({handles: [written(backend, files)], readFile: files.read})
    second.setCurrentKey('word')
    expect(second.getState(VOID_NAMESPACE, COUNT).value()).toBe(3)
  })

  it('writes lists of any length', () => {
    const files = new StateFiles()
    const {backend} = subtask([], {snapshotItemsPerPiece: 4})
    const list = new ListStateDescriptor<number>('list')
    const numbers = Array.from({length: 11}, (_, i) => i)
    for (const key of ['a', 'b']) {
      backend.setCurrentKey(key)
      backend.getState(VOID_NAMESPACE, list).update(numbers)
    }
    const restored = subtask().backend
    restored.restore({handles: [written(backend, files)], readFile: files.read})
    for (const key of ['a', 'b']) {
      restored.setCurrentKey(key)
      expect(restored.getState(VOID_NAMESPACE, list).get()).toEqual(numbers)
    }
  })
})

describe('what cannot be read is refused', () => {
  const restoring =
    (bytes: Uint8Array, options: Parameters<typeof newBackend>[0] = {}, format?: string) =>
    () => {
      const files = new StateFiles()
      subtask([], options).backend.restore({handles: [handleOf(bytes, files, format)], readFile: files.read})
    }

  it.each([
    ['another format', fixture(), 'rocksdb-3', 'FTS_STATE_FORMAT', 'user'],
    ['a newer version', fixture().fill(3, 8, 9), undefined, 'FTS_STATE_FORMAT', 'user'],
    [
      'something else',
      Buffer.from('a text that is long enough to be anything'),
      undefined,
      'FTS_STATE_FILE_DAMAGED',
      'fatal',
    ],
    ['a file without its end', fixture().subarray(0, -9), undefined, 'FTS_STATE_FILE_DAMAGED', 'fatal'],
  ])('%s', (_, bytes, format, code, kind) => {
    expect(restoring(bytes, {}, format)).toThrow(expect.objectContaining({code, kind}))
  })

  it('another max parallelism', () => {
    expect(
      restoring(fixture(), {maxParallelism: 64, keyGroupRange: {keyGroupStart: 0, keyGroupEndInclusive: 63}}),
    ).toThrow(expect.objectContaining({code: 'FTS_STATE_MAX_PARALLELISM', kind: 'user'}))
  })

  it('a state that was of another kind, or had a ttl', () => {
    const files = new StateFiles()
    const {backend} = subtask()
    backend.restore({handles: [handleOf(fixture(), files)], readFile: files.read})
    for (const descriptor of [new ListStateDescriptor('count'), new ValueStateDescriptor('count', {ttl: '1h'})])
      expect(() => backend.getState(VOID_NAMESPACE, descriptor)).toThrow(
        expect.objectContaining({code: 'FTS_STATE_KIND', kind: 'user'}),
      )
  })

  it('a value that is no plain data, when it is written', () => {
    class Money {
      cents = 1
    }
    const {backend} = subtask()
    backend.setCurrentKey('a')
    backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<Money>('money')).update(new Money())
    expect(() => written(backend, new StateFiles())).toThrow(
      expect.objectContaining({code: 'FTS_NOT_SERIALIZABLE', message: expect.stringContaining('state "money"')}),
    )
    // The next one is not in its way.
    backend.getState(VOID_NAMESPACE, new ValueStateDescriptor<Money>('money')).clear()
    expect(written(backend, new StateFiles()).files).toHaveLength(0)
  })
})
