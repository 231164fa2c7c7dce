// Goal: more records than there is memory for are sorted stably, through spill files, within the budget; nothing is left behind.
// Method: the record harness with a small budget and spill files that make their readers and writers wait; compared with a stable sort in memory.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {SortOperator} from '../../../../src/operators/index.js'
import {propertyOptions} from '../../../support/property-options.js'
import {RecordHarness} from '../../../support/record-harness.js'

interface Row {
  readonly rank: number
  readonly place: number
  readonly text: string
}

const MIB = 1024 * 1024

function rowsOf(ranks: readonly number[], textLength: number): Row[] {
  return ranks.map((rank, place) => ({rank, place, text: 'x'.repeat(textLength)}))
}

async function sorted(
  rows: readonly Row[],
  {budgetBytes = MIB, isDescending = false, batchRows = 100, roomPerTurn = 1} = {},
): Promise<{readonly harness: RecordHarness; readonly places: readonly number[]}> {
  const operator = new SortOperator<Row>({by: ({rank}) => rank, isDescending})
  const harness = new RecordHarness(operator, {budgetBytes, roomPerTurn}).open()
  for (let from = 0; from < rows.length; from += batchRows) {
    await harness.untilDrained()
    harness.process(rows.slice(from, from + batchRows), {
      timestamps: rows.slice(from, from + batchRows).map(({place}) => place),
    })
  }
  await harness.endEventually()
  const places = harness.emissions.flatMap((one) => ('value' in one ? [(one.value as Row).place] : []))
  return {harness, places}
}

const stable = (rows: readonly Row[], isDescending = false) =>
  [...rows].sort((a, b) => (isDescending ? b.rank - a.rank : a.rank - b.rank)).map(({place}) => place)

describe('sort beyond memory', () => {
  it('agrees with a stable sort, whatever spills', async () => {
    const runs = fc.record({
      ranks: fc.array(fc.integer({min: 0, max: 50}), {maxLength: 1500}),
      textLength: fc.constantFrom(10, 300, 3000),
      isDescending: fc.boolean(),
      batchRows: fc.integer({min: 1, max: 400}),
    })
    await fc.assert(
      fc.asyncProperty(runs, async ({ranks, textLength, isDescending, batchRows}) => {
        const rows = rowsOf(ranks, textLength)
        const {harness, places} = await sorted(rows, {isDescending, batchRows})
        expect(places).toEqual(stable(rows, isDescending))
        expect(harness.ledger).toBe(0)
        expect([harness.io.files.size, harness.io.openReaders, harness.memory.usage().size]).toEqual([0, 0, 0])
      }),
      propertyOptions(20),
    )
  })

  it('spills, keeps timestamps, and gives the memory back', async () => {
    const rows = rowsOf(
      Array.from({length: 2000}, (_, n) => (n * 7919) % 2000),
      1000,
    )
    const {harness, places} = await sorted(rows)
    expect(places).toEqual(stable(rows))
    expect(harness.io.createdFiles).toBeGreaterThan(3)
    expect(harness.metrics.get('spilledBytes')).toBeGreaterThan(1.5 * MIB)
    expect(harness.metrics.get('managedMemoryBytes')).toBe(0)
    expect(harness.emissions[0]).toMatchObject({timestampMs: places[0]})
  })

  it('merges in several passes where there are many runs', async () => {
    const rows = rowsOf(
      Array.from({length: 3500}, (_, n) => n % 13),
      4000,
    )
    const {harness, places} = await sorted(rows, {batchRows: 50})
    expect(places).toEqual(stable(rows))
    expect(harness.io.createdFiles).toBeGreaterThan(33)
  })

  it('does not spill what has room', async () => {
    const {harness} = await sorted(rowsOf([3, 1, 2], 10))
    expect(harness.io.createdFiles).toBe(0)
  })

  it('says where the disk fails, and closes what is open', async () => {
    const operator = new SortOperator<Row>({by: ({rank}) => rank, isDescending: false})
    const harness = new RecordHarness(operator, {budgetBytes: MIB}).open()
    harness.io.writeError = new Error('no space left')
    const rows = rowsOf(
      Array.from({length: 1000}, (_, n) => n),
      3000,
    )
    expect(() => harness.process(rows).process(rows)).toThrow('no space left')
    operator.close()
    expect(harness.memory.usage().size).toBe(0)
  })
})
