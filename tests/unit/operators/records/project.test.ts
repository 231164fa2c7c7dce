// Goal: project picks tuple fields by position and says what is wrong with positions and records.
// Method: the record harness.
import {describe, expect, it} from 'vitest'
import {ProjectOperator} from '../../../../src/operators/index.js'
import {RecordHarness} from '../../../support/record-harness.js'

describe('ProjectOperator', () => {
  it('picks fields in the order asked for, also twice', () => {
    const harness = new RecordHarness(new ProjectOperator([2, 0, 2])).open()
    harness.process([
      ['a', 1, true],
      ['b', 2, false],
    ])
    harness.end()
    expect(harness.values).toEqual([
      [true, 'a', true],
      [false, 'b', false],
    ])
  })

  it.each([[[]], [[-1]], [[0.5]]])('refuses positions %j', (positions) => {
    expect(() => new ProjectOperator(positions)).toThrow(/positions in a tuple/)
  })

  it.each([[{a: 1}], [['only']]])('refuses the record %j', (record) => {
    const harness = new RecordHarness(new ProjectOperator([0, 1])).open()
    expect(() => harness.process([record])).toThrow(/project\(0, 1\) got a/)
    harness.close()
  })
})
