// Goal: records that any delimiter ends are read from a journal as text.split says, wherever reads end, and none is lost or doubled when the source
// is stopped at any moment and restored from its snapshot.
// Method: random texts in a real journal, sources that live for a random number of polls; delimiters that overlap themselves are among them.
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import fc from 'fast-check'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {writeWholeJournal} from '../../src/connectors/journal/index.js'
import {DecodeLinesOperator, SourceWithOperator} from '../../src/connectors/program/index.js'
import {LinesSource} from '../../src/connectors/sources/index.js'
import {journalFolder, type OperatorListState, operatorId, type Split} from '../../src/core/index.js'
import {TaskMetrics} from '../../src/metrics/index.js'
import type {OperatorContext, Output} from '../../src/operators/index.js'
import {ManualTimers} from '../support/manual-timers.js'
import {propertyOptions} from '../support/property-options.js'

let root: string
let count = 0
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'fts-delimited-'))
})
afterAll(() => rmSync(root, {recursive: true, force: true}))

const SOURCE = 's'
const DELIMITERS = [';', '||', ';|;', '€', 'aa', '\n'] as const
const text = fc.string({unit: fc.constantFrom('a', ';', '|', 'é', '€', '\n'), maxLength: 80})

function read(
  split: Split,
  of: {ownedFolder: string; delimiter: string; blockSizeBytes: number; lives: readonly number[]},
) {
  const records: unknown[] = []
  const metrics = new TaskMetrics()
  let lists: readonly OperatorListState[] = []
  const emit: Output['emit'] = (batch) => {
    if (batch.kind === 'objects') records.push(...batch.values.slice(0, batch.rowCount))
  }
  ;[...of.lives, Number.POSITIVE_INFINITY].forEach((life, attempt) => {
    const config = {...of, maxLineBytes: 1000, socketMaxRetries: 0, socketRetryDelayMs: 1}
    const source = new SourceWithOperator(
      new LinesSource(config, new ManualTimers()),
      new DecodeLinesOperator(of.delimiter),
    )
    const restored = {operatorId: operatorId(SOURCE), keyed: [], lists}
    const context = {
      operatorId: SOURCE,
      ownedFolder: of.ownedFolder,
      metrics,
      wake: () => {},
      report: () => {},
      restored,
    }
    source.open(context as unknown as OperatorContext, {emit} as unknown as Output)
    if (attempt === 0) source.addSplit(split)
    source.noMoreSplits()
    for (let poll = 0; poll < life; poll++) if (source.poll() === 'end') break
    const snapshot = source.snapshotState({checkpointId: attempt + 1, timestampMs: 0, options: {} as never})
    lists = (snapshot.lists ?? []).map((list) => ({...list, elements: list.elements.map((one) => one.slice())}))
    source.close()
  })
  return {records, counted: metrics.get('sourceRecords')}
}

describe('records with a delimiter of their own', () => {
  it('are what split says', () => {
    fc.assert(
      fc.property(
        text,
        fc.constantFrom(...DELIMITERS),
        fc.integer({min: 1, max: 24}),
        fc.array(fc.integer({min: 0, max: 5}), {maxLength: 8}),
        (whole, delimiter, blockSizeBytes, lives) => {
          const ownedFolder = join(root, `${count++}`)
          const journal = journalFolder(ownedFolder, SOURCE, 0)
          writeWholeJournal(journal, Buffer.from(whole))
          const split = {kind: 'socket', splitId: 0, host: 'h', port: 1, delimiter, journal} as const
          const expected = whole.split(delimiter)
          if (expected.at(-1) === '') expected.pop()
          const {records, counted} = read(split, {ownedFolder, delimiter, blockSizeBytes, lives})
          expect(records).toEqual(expected)
          expect(counted).toBe(expected.length)
        },
      ),
      propertyOptions(),
    )
  })
})
