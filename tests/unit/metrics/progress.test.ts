// Goal: the progress line says what is true, and appears only where it can be taken away again.
// Method: whole lines; a list in place of a terminal.
import {describe, expect, it} from 'vitest'
import {ProgressPrinter, progressLine, progressOf} from '../../../src/metrics/index.js'
import {edge, jobView, rates, vertex} from '../../support/job-view-examples.js'

const MIB = 1024 * 1024
const bounded = jobView({durationMs: 4000, progress: {doneBytes: 256 * MIB, totalBytes: 1024 * MIB}})

describe('progressLine', () => {
  it('of bounded input: share, bytes, rate, time left', () => {
    expect(progressLine(bounded)).toBe('RUNNING · 25 % · 256 MiB of 1.00 GiB · 64.0 MiB/s · 12.0 s left')
  })

  it('promises nothing before anything is done', () => {
    const view = jobView({durationMs: 10, progress: {doneBytes: 0, totalBytes: 1024}})
    expect(progressLine(view)).toBe('RUNNING · 0 % · 0 B of 1.00 KiB · 0 B/s')
  })

  it('empty input is done', () => {
    expect(progressOf(jobView({progress: {doneBytes: 0, totalBytes: 0}}))?.share).toBe(1)
  })

  it('of unbounded input: what came in at the sources', () => {
    const lines = vertex('lines', {metrics: {sourceRecords: 617}, rates: rates({recordsInPerSecond: 103})})
    const count = vertex('count', {metrics: {recordsIn: 99}, rates: rates({recordsInPerSecond: 99})})
    const view = jobView({durationMs: 12_000, vertices: [lines, count], edges: [edge('lines', 'count')]})
    expect(progressLine(view)).toBe('RUNNING · 12.0 s · 1,234 records in · 103 records/s')
  })
})

describe('ProgressPrinter', () => {
  const on = (terminal: {isTTY?: boolean; columns?: number}) => {
    const written: string[] = []
    return {written, printer: new ProgressPrinter({...terminal, write: (text: string) => written.push(text)})}
  }

  it('rewrites one line, cut to the terminal, and takes it away', () => {
    const {written, printer} = on({isTTY: true, columns: 30})
    printer.show(bounded)
    printer.show(bounded)
    printer.show({...bounded, status: 'CANCELLING'})
    printer.close()
    printer.close()
    expect(written).toEqual([
      '\r\u001B[KRUNNING · 25 % · 256 MiB of 1',
      '\r\u001B[KCANCELLING · 25 % · 256 MiB o',
      '\r\u001B[K',
    ])
  })

  it('is silent where there is no terminal', () => {
    const {written, printer} = on({})
    printer.show(bounded)
    printer.close()
    expect(written).toEqual([])
  })
})
