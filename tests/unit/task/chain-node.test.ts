// Goal: between a chain and its operator nothing overtakes anything: control elements wait while the operator drains, `wake` asks an
// operator that is not pending, and the end of event time comes after what an operator without time has to say.
// Method: one node over an operator that the test opens and closes.
import {describe, expect, it} from 'vitest'
import {type ControlElement, MAX_TIMESTAMP_MS, type OperatorId} from '../../../src/core/index.js'
import type {Operator} from '../../../src/operators/index.js'
import {ChainNode} from '../../../src/task/chain-node.js'
import type {TaskOutput} from '../../../src/task/outputs.js'

const watermark = (timestampMs: number): ControlElement => ({kind: 'watermark', timestampMs})

function newNode(options: {readonly seesControls: boolean}) {
  const log: string[] = []
  const state = {isDrained: true}
  const write = (element: ControlElement) =>
    log.push(element.kind === 'watermark' ? String(element.timestampMs) : element.kind)
  const output: TaskOutput = {
    emit: () => log.push('batch'),
    emitControl: write,
    hasRoom: () => true,
    reserveBytes: () => undefined,
    hasEnough: () => false,
  }
  const operator: Operator = {
    open: () => {},
    processBatch: () => log.push('batch'),
    drain: () => {
      log.push('drain')
      return state.isDrained
    },
    finish: () => {
      log.push('finish')
      return true
    },
    close: () => {},
    ...(options.seesControls ? {processControl: write} : {}),
  }
  const node = new ChainNode('node', operator, output, 'node-id' as OperatorId)
  return {node, state, take: () => log.splice(0)}
}

describe('ChainNode', () => {
  it('keeps control elements in order until the operator is drained', () => {
    const {node, state, take} = newNode({seesControls: true})
    state.isDrained = false
    node.process({kind: 'objects', rowCount: 0, values: []}, 0, 0)
    node.processControl(watermark(1), 0, 0)
    node.processControl({kind: 'streamStatus', status: 'idle'}, 0, 0)
    expect(take()).toEqual(['batch', 'drain'])
    expect(node.hasRoom()).toBe(false)
    expect(node.tryDrain()).toBe(false)
    state.isDrained = true
    expect(node.tryDrain()).toBe(true)
    expect(take()).toEqual(['drain', 'drain', '1', 'drain', 'streamStatus', 'drain'])
  })

  it('asks an operator that was woken, once', () => {
    const {node, take} = newNode({seesControls: true})
    expect(node.tryDrain()).toBe(true)
    expect(take()).toEqual([])
    node.noteWake()
    expect(node.tryDrain()).toBe(true)
    expect(node.tryDrain()).toBe(true)
    expect(take()).toEqual(['drain'])
  })

  it('an operator may be pending from its beginning', () => {
    const {node, state} = newNode({seesControls: true})
    state.isDrained = false
    node.noteOpened()
    expect(node.hasRoom()).toBe(false)
  })

  it('hands the end of event time on after an operator without time has finished', () => {
    const {node, take} = newNode({seesControls: false})
    node.processControl(watermark(5), 0, 0)
    node.processControl(watermark(MAX_TIMESTAMP_MS), 0, 0)
    expect(take()).toEqual(['5', 'drain', 'drain'])
    expect(node.tryFinish()).toBe(true)
    expect(node.tryFinish()).toBe(true)
    expect(take()).toEqual(['finish', String(MAX_TIMESTAMP_MS)])
  })
})
