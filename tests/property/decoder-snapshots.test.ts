// Goal: what makes records of blocks of text can be stopped behind any block and gone on with by another operator, in another subtask: no
//       record is lost, doubled or torn, also where it reaches over blocks, and a schema that was inferred stays.
// Method: fast-check; text with quoted line ends is cut into blocks anywhere between lines; the run that is stopped is compared with the one
//         that is not. FTS_TEST_SEED replays, FTS_TEST_RUNS multiplies.
import {array, assert, boolean, constantFrom, integer, oneof, property, record, string} from 'fast-check'
import {describe, expect, it} from 'vitest'
import {ParseCsvOperator, ParseJsonOperator} from '../../src/connectors/index.js'
import {operatorId, type RestoredOperatorState} from '../../src/core/index.js'
import type {Operator} from '../../src/operators/index.js'
import {TextPiecesOperator} from '../../src/pipe/text-pieces-operator.js'
import {propertyOptions} from '../support/property-options.js'
import {blocksOf, type GivenBlock, runOnBlocks} from '../support/record-operator-output.js'

/** The lists of two subtasks as a restored one gets them: union lists, so that all of both. */
function restoredFrom(...snapshots: readonly RestoredOperatorState['lists'][]): RestoredOperatorState {
  const names = [...new Set(snapshots.flat().map(({name}) => name))]
  const lists = names.map((name) => ({
    name,
    distribution: 'union' as const,
    elements: snapshots.flat().flatMap((list) => (list.name === name ? list.elements : [])),
  }))
  return {operatorId: operatorId('0'), keyed: [], lists}
}

/** Two inputs in two subtasks, stopped, and gone on with the other way round, twice. */
function expectGoingOn(make: () => Operator, inputs: readonly [GivenBlock[], GivenBlock[]], stopAt: number) {
  const whole = inputs.map((blocks) => runOnBlocks(make(), blocks).values)
  const heads = inputs.map((blocks) => runOnBlocks(make(), blocks.slice(0, stopAt), {stops: true}))
  const restored = restoredFrom(...heads.map(({lists}) => lists))
  // Before its split has begun to go on, a subtask is stopped once more.
  const idle = inputs.map(() => runOnBlocks(make(), [], {restored, stops: true}))
  const again = restoredFrom(...idle.map(({lists}) => lists))
  const tails = inputs.map((blocks) => runOnBlocks(make(), blocks.slice(stopAt), {restored: again}))
  inputs.forEach((_, i) => {
    expect([...heads[i].values, ...tails[i].values]).toEqual(whole[i])
  })
}

const cuts = array(integer({min: 1, max: 40}), {maxLength: 8})
const stops = integer({min: 0, max: 6})

describe('records that reach over blocks', () => {
  it('csv.parse', () => {
    const field = oneof(string({maxLength: 6}), constantFrom('two\nlines', 'a "quoted" one', '7', 'x,y', '\n\n'))
    const rows = array(array(field, {minLength: 3, maxLength: 3}), {maxLength: 20})
    const cases = record({first: rows, second: rows, cuts, stopAt: stops, isInferred: boolean()})
    const csv = (all: readonly (readonly string[])[]) =>
      `a,b,c\n${all.map((row) => `${row.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')}\n`).join('')}`
    const schema = ['a', 'b', 'c'].map((name) => ({name, type: 'string' as const, nullable: true}))
    assert(
      property(cases, ({first, second, cuts, stopAt, isInferred}) => {
        const make = () =>
          new ParseCsvOperator(isInferred ? {options: {schema: {a: 'string', b: 'string', c: 'string'}}} : {schema})
        const inputs = [blocksOf(csv(first), cuts, 'one.csv'), blocksOf(csv(second), cuts, 'two.csv')] as const
        expectGoingOn(make, [[...inputs[0]], [...inputs[1]]], stopAt)
      }),
      propertyOptions(200),
    )
  })

  it('json.parse', () => {
    const lines = array(record({n: integer(), text: string({maxLength: 8})}), {maxLength: 20})
    const cases = record({first: lines, second: lines, cuts, stopAt: stops})
    const text = (all: readonly object[]) => all.map((one) => `${JSON.stringify(one)}\n`).join('')
    assert(
      property(cases, ({first, second, cuts, stopAt}) => {
        const inputs = [blocksOf(text(first), cuts, 'one.json'), blocksOf(text(second), cuts, 'two.json')] as const
        expectGoingOn(() => new ParseJsonOperator({}), [[...inputs[0]], [...inputs[1]]], stopAt)
      }),
      propertyOptions(100),
    )
  })

  it('pieces of text', () => {
    const words = array(constantFrom('a', 'bc', ';', ';;', '\n', 'é'), {maxLength: 40}).map((all) => all.join(''))
    const cases = record({
      first: words,
      second: words,
      cuts,
      stopAt: stops,
      delimiter: constantFrom(';', ';;', undefined),
    })
    assert(
      property(cases, ({first, second, cuts, stopAt, delimiter}) => {
        const inputs = [blocksOf(first, cuts, 'one'), blocksOf(second, cuts, 'two')] as const
        expectGoingOn(() => new TextPiecesOperator(delimiter), [[...inputs[0]], [...inputs[1]]], stopAt)
      }),
      propertyOptions(200),
    )
  })
})
