// Goal: the end of a run is told truly: figures by their formulas, a ledger that notices every lost record.
// Method: a small finished job with round numbers; whole texts; the JSON form against its schema.
import {readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {formatSummary, type JobResult, type JobView, ledgerOf, summarizeJob} from '../../../src/metrics/index.js'
import {edge, jobView, rates, taskManager, vertex} from '../../support/job-view-examples.js'
import {schemaErrors} from '../../support/json-schema.js'

const MIB = 1024 * 1024

/** Two subtasks each: 1,000 lines become 5,000 words, of which 400 leave, 380 are merged, 20 come out. */
function finishedView(more: Partial<JobView> = {}): JobView {
  const lines = vertex('lines', {
    name: 'Source: lines -> words',
    state: 'FINISHED',
    rates: rates({busyShare: 0.8, idleShare: 0.1, backPressuredShare: 0.1}),
    metrics: {
      sourceRecords: 500,
      sourceBytes: 50 * MIB,
      recordsExpanded: 2000,
      recordsCombined: 2300,
      recordsOut: 200,
      bytesOut: 2048,
      busyMs: 800,
      activeMs: 800,
      idleMs: 100,
      backPressuredMs: 100,
      transferMs: 10,
    },
  })
  const count = vertex('count', {
    name: 'count -> out: Writer',
    state: 'FINISHED',
    rates: rates({busyShare: 0.2, idleShare: 0.8}),
    metrics: {
      recordsIn: 200,
      bytesIn: 2048,
      recordsCombined: 190,
      sinkRecords: 10,
      sinkBytes: 100,
      busyMs: 200,
      activeMs: 200,
      idleMs: 800,
      transferMs: 30,
      inputBuffersUsed: 2,
      inputBuffersTotal: 8,
    },
  })
  const slots = [0, 1].map((slotIndex) => ({slotIndex, state: 'free' as const, tasks: []}))
  return jobView({
    status: 'FINISHED',
    durationMs: 2000,
    vertices: [lines, count],
    edges: [edge('lines', 'count')],
    taskManagers: [taskManager({slots})],
    ...more,
  })
}

function finished(more: Partial<JobResult> = {}): JobResult {
  return {status: 'FINISHED', view: finishedView(), reports: {}, ...more}
}

const schema = JSON.parse(readFileSync(new URL('../../../fixtures/cli/summary.schema.json', import.meta.url), 'utf8'))

describe('summarizeJob', () => {
  it('follows the formulas', () => {
    const {ledger, vertices, taskManagers, ...summary} = summarizeJob(finished())
    expect(summary).toEqual({
      jobId: 'a1'.repeat(16),
      name: 'word count',
      mode: 'batch',
      status: 'FINISHED',
      wallMs: 2000,
      recordsIn: 1000,
      bytesIn: 100 * MIB,
      recordsOut: 20,
      bytesOut: 200,
      recordsInPerSecond: 500,
      bytesInPerSecond: 50 * MIB,
      // 80 of 4,000 ms.
      shuffleEfficiency: 0.02,
      // 2,000 of 2 × 2,000 ms; 128 of 512 MiB.
      resourceUtilization: {slotsPercent: 50, memoryPercent: 25},
      parallelism: {slots: 2, perTask: 1, total: 2},
      spilledBytes: 0,
      bottleneck: 'Source: lines -> words (the source) is the bottleneck: 80 % busy, backpressured only 10 %',
      reports: {},
    })
    expect(vertices[1]).toEqual({
      vertexId: 'count',
      name: 'count -> out: Writer',
      parallelism: 2,
      recordsIn: 400,
      bytesIn: 4096,
      recordsOut: 20,
      bytesOut: 200,
      busyMsPerSecond: 200,
      idleMsPerSecond: 800,
      backPressuredMsPerSecond: 0,
      inputBufferUsage: 0.25,
      outputBufferUsage: null,
      spilledBytes: 0,
    })
    expect(ledger.balanced).toBe(true)
    expect(taskManagers[0].startup.map(({name}) => name)).toEqual([
      'argument parsing',
      'service registration',
      'slot initialisation',
    ])
  })

  it('is what the schema says, also after a failure and of a job that never ran', () => {
    const error = {kind: 'user', code: 'FTS_X', message: 'no', details: {path: 'x'}, tryThis: 'y'} as const
    const results: JobResult[] = [
      finished(),
      finished({status: 'FAILED', reports: {invalidUtf8: 3}, error: {...error, cause: error}}),
      finished({status: 'CANCELED', view: jobView({durationMs: 0})}),
    ]
    for (const result of results) {
      expect(schemaErrors(JSON.parse(JSON.stringify(summarizeJob(result))), schema)).toEqual([])
    }
  })

  it('the schema notices what it does not know', () => {
    const summary = {...summarizeJob(finished()), wallMs: '2 s', more: 1}
    expect(schemaErrors(summary, schema)).toEqual(['$.wallMs: string, not number', '$.more: not in the schema'])
  })
})

describe('ledgerOf', () => {
  it('notices a record lost on an edge and one lost in a vertex', () => {
    const view = finishedView()
    const [lines, count] = view.vertices
    const short = {...count, totals: {...count.totals, recordsIn: 399}}
    const {balanced, vertices, edges} = ledgerOf({...view, vertices: [lines, short]})
    expect(balanced).toBe(false)
    expect(vertices.map(({difference}) => difference)).toEqual([0, -1])
    expect(edges.map(({difference}) => difference)).toEqual([1])
  })

  it('a broadcast reaches every subtask', () => {
    const from = vertex('from', {metrics: {sourceRecords: 5, recordsOut: 5}})
    const to = vertex('to', {parallelism: 3, metrics: {recordsIn: 10, sinkRecords: 10}})
    expect(ledgerOf(jobView({vertices: [from, to], edges: [edge('from', 'to', 'BROADCAST')]})).edges).toEqual([
      {
        sources: ['from'],
        targets: ['to'],
        shipStrategies: ['BROADCAST'],
        recordsSent: 30,
        recordsReceived: 30,
        difference: 0,
      },
    ])
  })

  it('edges that share an end are checked together, others apart', () => {
    const vertices = [
      vertex('a', {metrics: {sourceRecords: 4, recordsOut: 4}}),
      vertex('b', {metrics: {sourceRecords: 6, recordsOut: 6}}),
      vertex('both', {metrics: {recordsIn: 10, sinkRecords: 10}}),
      vertex('c', {metrics: {sourceRecords: 2, recordsOut: 2}}),
      vertex('d', {metrics: {recordsIn: 1, sinkRecords: 1}}),
    ]
    const {edges} = ledgerOf(jobView({vertices, edges: [edge('a', 'both'), edge('c', 'd'), edge('b', 'both')]}))
    expect(edges.map(({sources, targets, difference}) => [sources, targets, difference])).toEqual([
      [['c'], ['d'], 2],
      [['a', 'b'], ['both'], 0],
    ])
  })

  it('does not guess where a vertex has several outputs', () => {
    const vertices = [
      vertex('a', {metrics: {sourceRecords: 5, recordsOut: 7}}),
      vertex('all', {metrics: {recordsIn: 5, sinkRecords: 5}}),
      vertex('late', {metrics: {recordsIn: 2, sinkRecords: 2}}),
    ]
    const ledger = ledgerOf(jobView({vertices, edges: [edge('a', 'all'), edge('a', 'late')]}))
    expect(ledger.vertices.map(({difference}) => difference)).toEqual([null, 0, 0])
    expect(ledger.edges.map(({difference}) => difference)).toEqual([0])
    expect(ledger.balanced).toBe(true)
  })
})

describe('formatSummary', () => {
  it('short', () => {
    expect(formatSummary(summarizeJob(finished()))).toMatchInlineSnapshot(`
      "FINISHED in 2.00 s · 1,000 records (100 MiB) in · 20 records (200 B) out · 500 records/s · 50.0 MiB/s
      parallelism 2 (2 slots × 1) · shuffle efficiency 2.0 % · resource utilisation: slots 50 % · memory 25 % · ledger balanced"
    `)
  })

  it('with what was reported', () => {
    expect(
      formatSummary(summarizeJob(finished({reports: {invalidUtf8: 3, missingInputBytes: 1024, other: 0}}))),
    ).toMatchInlineSnapshot(`
      "FINISHED in 2.00 s · 1,000 records (100 MiB) in · 20 records (200 B) out · 500 records/s · 50.0 MiB/s
      parallelism 2 (2 slots × 1) · shuffle efficiency 2.0 % · resource utilisation: slots 50 % · memory 25 % · ledger balanced
      3 sequences of bytes were not valid UTF-8 and became U+FFFD.
      1,024 bytes of the input were not there any more: a file became shorter while it was read."
    `)
  })

  it('of a job that was cancelled before it ran', () => {
    const view = jobView({status: 'CANCELED', durationMs: 0})
    expect(formatSummary(summarizeJob({status: 'CANCELED', view, reports: {}}))).toMatchInlineSnapshot(`
      "CANCELED after 0 ms · 0 records (0 B) in · 0 records (0 B) out · 0 records/s · 0 B/s
      parallelism 0 (0 slots × 1)"
    `)
  })

  it('of a ledger that does not balance', () => {
    const view = finishedView()
    const [lines, count] = view.vertices
    const short = {...count, totals: {...count.totals, recordsIn: 399}}
    const result = finished({view: {...view, vertices: [lines, short]}})
    expect(formatSummary(summarizeJob(result))).toMatchInlineSnapshot(`
      "FINISHED in 2.00 s · 1,000 records (100 MiB) in · 20 records (200 B) out · 500 records/s · 50.0 MiB/s
      parallelism 2 (2 slots × 1) · shuffle efficiency 2.0 % · resource utilisation: slots 50 % · memory 25 %
      The ledger does not balance: records were lost or doubled, please report this.
        count -> out: Writer: 399 in ≠ 20 out + 380 combined
        Source: lines -> words ─HASH→ count -> out: Writer: 400 sent ≠ 399 received"
    `)
    expect(formatSummary(summarizeJob({...result, status: 'CANCELED'}))).not.toContain('ledger')
  })

  it('verbose', () => {
    expect(formatSummary(summarizeJob(finished()), {verbose: true})).toMatchInlineSnapshot(`
      "FINISHED in 2.00 s · 1,000 records (100 MiB) in · 20 records (200 B) out · 500 records/s · 50.0 MiB/s
      parallelism 2 (2 slots × 1) · shuffle efficiency 2.0 % · resource utilisation: slots 50 % · memory 25 % · ledger balanced
      Job word count (a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1), batch: Source: lines -> words (the source) is the bottleneck: 80 % busy, backpressured only 10 %.
      Vertices:
        Source: lines -> words × 2: 1,000 records (100 MiB) in, 400 records (4.00 KiB) out
          busy 800, idle 100, backpressured 100 ms per second
        count -> out: Writer × 2: 400 records (4.00 KiB) in, 20 records (200 B) out
          busy 200, idle 800, backpressured 0 ms per second, input buffers 25 %
      Ledger:
        Source: lines -> words: 1,000 in + 4,000 expanded = 400 out + 4,600 combined
        count -> out: Writer: 400 in = 20 out + 380 combined
        Source: lines -> words ─HASH→ count -> out: Writer: 400 sent = 400 received
      TaskManagers:
        tm-1 (pid 4711): 2 slots, CPU 1.23 s, memory 128 MiB of 512 MiB
          start-up: argument parsing 0.4 ms, service registration 12.0 ms, slot initialisation 21.6 ms"
    `)
  })
})
