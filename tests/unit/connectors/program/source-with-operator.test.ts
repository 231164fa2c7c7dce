// Goal: a source and the operator behind it are one in a snapshot: what either has to give goes before the barrier, the source's first, and the
// task waits for a checkpoint where either does.
// Method: both parts note what they are asked; answers are set by the test.
import {describe, expect, it} from 'vitest'
import {SourceWithOperator} from '../../../../src/connectors/index.js'
import type {Operator, SourceOperator} from '../../../../src/operators/index.js'

function parts() {
  const asked: string[] = []
  const answers = {source: true, operator: true, sourceAwaits: false, operatorAwaits: false}
  const note = (what: string, answer: boolean) => {
    asked.push(what)
    return answer
  }
  const source = {
    prepareSnapshot: (id: number) => note(`source ${id}`, answers.source),
    awaitsCheckpoint: () => answers.sourceAwaits,
  } as Partial<SourceOperator> as SourceOperator
  const operator = {
    prepareSnapshot: (id: number) => note(`operator ${id}`, answers.operator),
    awaitsCheckpoint: () => answers.operatorAwaits,
  } as Partial<Operator> as Operator
  return {asked, answers, whole: new SourceWithOperator(source, operator)}
}

describe('SourceWithOperator', () => {
  it('prepares the source, then the operator, each until it is ready and not again', () => {
    const {asked, answers, whole} = parts()
    answers.source = false
    expect(whole.prepareSnapshot(1)).toBe(false)
    Object.assign(answers, {source: true, operator: false})
    expect(whole.prepareSnapshot(1)).toBe(false)
    answers.operator = true
    expect(whole.prepareSnapshot(1)).toBe(true)
    expect(whole.prepareSnapshot(2)).toBe(true)
    expect(asked).toEqual(['source 1', 'source 1', 'operator 1', 'operator 1', 'source 2', 'operator 2'])
  })

  it('begins anew after a checkpoint that was given up', () => {
    const {asked, answers, whole} = parts()
    answers.operator = false
    whole.prepareSnapshot(1)
    whole.checkpointAborted(1)
    answers.operator = true
    expect(whole.prepareSnapshot(2)).toBe(true)
    expect(asked).toEqual(['source 1', 'operator 1', 'source 2', 'operator 2'])
  })

  it('waits for a checkpoint where either part does', () => {
    const {answers, whole} = parts()
    expect(whole.awaitsCheckpoint()).toBe(false)
    answers.operatorAwaits = true
    expect(whole.awaitsCheckpoint()).toBe(true)
    Object.assign(answers, {operatorAwaits: false, sourceAwaits: true})
    expect(whole.awaitsCheckpoint()).toBe(true)
  })
})
