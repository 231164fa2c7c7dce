/**
 * Goal: the file sink puts every record into the right folder and part, rolls as its policy says, and shows only what is complete.
 * Method: real files, a clock and timers that the test moves; whole folders are compared.
 */
import {chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {csvEncoderOf} from '../../../../src/connectors/formats/write/csv-encoder-of.js'
import {JsonLinesEncoder} from '../../../../src/connectors/formats/write/json-lines-encoder.js'
import {
  BASE_PATH_BUCKETS,
  type BucketAssigner,
  dateTimeBuckets,
} from '../../../../src/connectors/sinks/files/bucket-assigner.js'
import {dateTimePattern} from '../../../../src/connectors/sinks/files/date-time-pattern.js'
import {FileSinkOperator, type FileSinkSettings} from '../../../../src/connectors/sinks/files/file-sink-operator.js'
import {defaultRolling} from '../../../../src/connectors/sinks/files/rolling-policy.js'
import {operatorId} from '../../../../src/core/index.js'
import {NodeRandom} from '../../../../src/platform/index.js'
import {ManualTimers} from '../../../support/manual-timers.js'
import {SinkDriver} from '../../../support/sink-driver.js'

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'

let folder: string
let timers: ManualTimers
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fts-file-sink-'))
  timers = new ManualTimers()
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

function sink(
  settings: Partial<FileSinkSettings> = {},
  checkpoints: ConstructorParameters<typeof SinkDriver>[1] = {},
): SinkDriver {
  const operator = new FileSinkOperator(
    {
      path: folder,
      encoder: new JsonLinesEncoder(),
      buckets: BASE_PATH_BUCKETS,
      rolling: defaultRolling(),
      naming: {prefix: 'part', suffix: ''},
      commit: 'atEnd',
      checkIntervalMs: 60_000,
      ...settings,
    },
    {timers, random: new NodeRandom()},
  )
  return new SinkDriver(operator, checkpoints).open()
}

/** All files below the folder, with ids replaced, and their contents. A file that gets its last name meanwhile is looked for again. */
function files(): Record<string, string> {
  try {
    return filesNow()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return files()
  }
}

function filesNow(): Record<string, string> {
  const paths = readdirSync(folder, {recursive: true}) as string[]
  const shown = paths.filter((path) => statSync(join(folder, path)).isFile()).sort()
  return Object.fromEntries(
    shown.map((path) => [path.replace(new RegExp(UUID, 'g'), 'ID'), readFileSync(join(folder, path), 'utf8')]),
  )
}

describe('FileSinkOperator', () => {
  it('under checkpoints: parts end at a barrier and appear when its checkpoint is completed, once', async () => {
    const checkpointMode = 'exactlyOnce'
    const shown = () => readdirSync(folder).filter((name) => !name.startsWith('.'))
    const visible = () => shown().map((name) => readFileSync(join(folder, name), 'utf8'))
    const first = sink({}, {checkpointMode})
    await first.records([{a: 1}])
    const lists = await first.snapshot(1)
    await first.records([{a: 2}])
    await first.snapshot(2)
    expect(visible()).toEqual([])
    // Killed: checkpoint 1 is completed, and whether its part has got its name nobody knows.
    const restored = {operatorId: operatorId('sink'), keyed: [], lists}
    const second = sink({}, {checkpointMode, restored})
    expect(visible()).toEqual(['{"a":1}\n'])
    sink({}, {checkpointMode, restored}).close()
    await second.records([{a: 2}, {a: 3}])
    await second.finish()
    await second.snapshot(3)
    expect(visible()).toEqual(['{"a":1}\n'])
    second.completed(3)
    await second.committed()
    second.close()
    expect(visible().sort()).toEqual(['{"a":1}\n', '{"a":2}\n{"a":3}\n'])
  })

  it("writes to a hidden file, which gets Flink's name in the end", async () => {
    const driver = sink()
    await driver.records([{a: 1}, {a: 2}])
    const [hidden] = readdirSync(folder)
    expect(hidden).toMatch(new RegExp(`^\\.part-${UUID}-0\\.inprogress\\.${UUID}$`))
    await driver.finish()
    driver.close()
    const [name] = readdirSync(folder)
    expect(name).toMatch(new RegExp(`^part-${UUID}-0$`))
    expect(files()).toEqual({'part-ID-0': '{"a":1}\n{"a":2}\n'})
    expect(driver.metrics.get('sinkRecords')).toBe(2)
    expect(driver.metrics.get('sinkBytes')).toBe(16)
    expect(timers.count).toBe(0)
  })

  it('begins another part when one has become too large, each with a header', async () => {
    const driver = sink({
      encoder: csvEncoderOf({}),
      naming: {prefix: 'orders', suffix: '.csv'},
      rolling: defaultRolling({maxPartSizeBytes: 5}),
    })
    await driver.records([{a: 1}, {a: 2}])
    await driver.records([{a: 3}])
    await driver.finish()
    driver.close()
    expect(files()).toEqual({'orders-ID-0.csv': 'a\n1\n2\n', 'orders-ID-1.csv': 'a\n3\n'})
  })

  it('closes parts by age and inactivity, and commits them at once if told so', async () => {
    const driver = sink({
      commit: 'onRoll',
      rolling: defaultRolling({rolloverIntervalMs: 100_000, inactivityIntervalMs: 60_000}),
    })
    await driver.records(['old'])
    driver.nowMs = 59_999
    timers.advance(60_000)
    await driver.records(['kept busy'])
    driver.nowMs = 120_000
    timers.advance(60_000)
    await driver.until(() => {
      driver.drain()
      return Object.keys(files())[0] === 'part-ID-0'
    })
    await driver.records(['new'])
    await driver.finish()
    driver.close()
    expect(Object.values(files()).sort()).toEqual(['"new"\n', '"old"\n"kept busy"\n'])
  })

  it('has a folder for each bucket, by record, event time or processing time', async () => {
    const buckets: BucketAssigner = {
      bucketId: (record, {timestampMs, processingTimeMs}) =>
        `${(record as {c: string}).c}/${timestampMs ?? 'none'}/${processingTimeMs}`,
    }
    const driver = sink({buckets})
    driver.nowMs = 7
    await driver.records([{c: 'x'}, {c: 'x'}, {c: 'y'}, {c: 'x'}])
    await driver.records([{c: 'x'}], [3])
    await driver.finish()
    driver.close()
    expect(files()).toEqual({
      'x/3/7/part-ID-0': '{"c":"x"}\n',
      'x/none/7/part-ID-0': '{"c":"x"}\n{"c":"x"}\n{"c":"x"}\n',
      'y/none/7/part-ID-0': '{"c":"y"}\n',
    })
  })

  it('takes formatted bytes, too', async () => {
    const driver = sink({buckets: dateTimeBuckets('yyyy', 'UTC')})
    await driver.text('a\nb\n')
    await driver.text('c\n')
    await driver.finish()
    driver.close()
    expect(files()).toEqual({'1970/part-ID-0': 'a\nb\nc\n'})
    expect(driver.metrics.get('sinkRecords')).toBe(3)
  })

  it('leaves nothing behind when it is closed before the end', async () => {
    const driver = sink({rolling: defaultRolling({maxPartSizeBytes: 1})})
    await driver.records(['a'])
    await driver.records(['b'])
    driver.close()
    expect(files()).toEqual({})
  })

  it('writes more than there is room for, in order', async () => {
    const driver = sink()
    const line = 'x'.repeat(1000)
    for (let i = 0; i < 40; i++) await driver.records(Array.from({length: 100}, (_, row) => `${i * 100 + row} ${line}`))
    await driver.finish()
    driver.close()
    const [text] = Object.values(files())
    expect(
      text
        .split('\n')
        .map((record) => record.split(' ')[0].slice(1))
        .slice(0, -1),
    ).toEqual(Array.from({length: 4000}, (_, row) => String(row)))
  })

  it('says what is wrong with the folder or the bucket', async () => {
    writeFileSync(join(folder, 'file'), '')
    await expect(sink({path: join(folder, 'file')}).records(['a'])).rejects.toThrow(/^cannot write .*: .+/)
    await expect(sink({buckets: {bucketId: () => '../up'}}).records(['a'])).rejects.toThrow(
      'the bucket assigner answered "../up", which is no folder below the sink\'s',
    )
    if (process.getuid?.() === 0) return
    chmodSync(folder, 0o500)
    await expect(sink().records(['a'])).rejects.toThrow('permission is denied')
    chmodSync(folder, 0o700)
  })
})

describe('dateTimePattern', () => {
  it('formats in a time zone, with text in quotes', () => {
    const instant = Date.UTC(2026, 2, 29, 1, 5, 9)
    expect(dateTimePattern('yyyy-MM-dd--HH', 'UTC')(instant)).toBe('2026-03-29--01')
    expect(dateTimePattern('yyyy-MM-dd--HH', 'Europe/Zurich')(instant)).toBe('2026-03-29--03')
    expect(dateTimePattern("'day='d'/'HH-mm-ss ''yy''", 'UTC')(instant)).toBe("day=29/01-05-09 '26'")
    expect(dateTimePattern('HH', 'UTC')(Date.UTC(2026, 0, 1))).toBe('00')
  })

  it('refuses what it does not know', () => {
    expect(() => dateTimePattern('yyyy-MM-dd EEE')).toThrow('date pattern "yyyy-MM-dd EEE": "EEE" is not known')
    expect(() => dateTimePattern("yyyy'x")).toThrow('a quote is not closed')
    expect(() => dateTimePattern('yyyy', 'Mars/Olympus')).toThrow('there is no time zone "Mars/Olympus"')
  })
})
