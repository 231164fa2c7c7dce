// Goal: the slot table moves slots only as its table of moves allows and never loses a task.
// Method: calls in and out of order.
import {describe, expect, it} from 'vitest'
import {allocationId, jobId} from '../../../src/core/index.js'
import {SlotTable} from '../../../src/taskmanager/slot-table.js'
import {taskDeployment} from '../../support/task-deployment.js'

const ALLOCATION = {jobId: jobId('job'), allocationId: allocationId('a')}
const {attemptId} = taskDeployment({subtaskIndex: 0, slotIndex: 1})

describe('SlotTable', () => {
  it('leads a slot through its life', () => {
    const table = new SlotTable(2)
    const states = [table.stateOf(1)]
    table.allocate(1, ALLOCATION)
    states.push(table.stateOf(1))
    table.activate(1, [attemptId])
    states.push(table.stateOf(1))
    table.release(1)
    states.push(table.stateOf(1))
    const [task] = table.tasksOf(1)
    table.removeTask(task)
    expect(table.free(1)).toEqual(ALLOCATION)
    states.push(table.stateOf(1))
    expect(states).toEqual(['FREE', 'ALLOCATED', 'ACTIVE', 'RELEASING', 'FREE'])
    expect([table.stateOf(0), table.stateOf(2), table.task(attemptId)]).toEqual(['FREE', undefined, undefined])
  })

  it('refuses moves out of order', () => {
    const table = new SlotTable(1)
    expect(() => table.activate(0, [])).toThrow(/from FREE to ACTIVE/)
    expect(() => table.free(0)).toThrow(/freed once/)
    table.allocate(0, ALLOCATION)
    expect(() => table.allocate(0, ALLOCATION)).toThrow(/from ALLOCATED to ALLOCATED/)
    table.activate(0, [attemptId])
    expect(() => table.activate(0, [attemptId])).toThrow(/deployed once/)
    expect(() => table.free(0)).toThrow(/without tasks/)
  })

  it('knows whose a slot is', () => {
    const table = new SlotTable(1)
    expect(table.isAllocatedTo(0, ALLOCATION)).toBe(false)
    table.allocate(0, ALLOCATION)
    expect(table.isAllocatedTo(0, ALLOCATION)).toBe(true)
    expect(table.isAllocatedTo(0, {...ALLOCATION, jobId: jobId('other')})).toBe(false)
  })
})
