// Goal: a heartbeat carries what the slots have written into shared memory, without asking them.
// Method: counters and gauges set through the slot's side, read through the report.
import {expect, it} from 'vitest'
import {TASK_METRICS_BYTES, TaskMetrics} from '../../../src/metrics/index.js'
import {heartbeatReport} from '../../../src/taskmanager/heartbeat-report.js'
import {SLOT_GAUGES_BYTES, SlotGauges} from '../../../src/taskmanager/slot-gauges.js'
import {taskDeployment} from '../../support/task-deployment.js'

function observedSlot() {
  const metricsMemory = new SharedArrayBuffer(4 * TASK_METRICS_BYTES)
  return {metricsMemory, gauges: new SlotGauges(new SharedArrayBuffer(SLOT_GAUGES_BYTES))}
}

it('sums the slots and reads each running task from its block', () => {
  const slots = [observedSlot(), observedSlot()]
  for (const {gauges} of slots) {
    gauges.set('managedUsedBytes', 1000)
    gauges.set('networkBuffersUsed', 3)
    gauges.set('networkBuffersTotal', 10)
    gauges.set('heapUsedBytes', 5_000_000)
  }
  new TaskMetrics(slots[1].metricsMemory, 2).add('recordsIn', 42)
  const {attemptId} = taskDeployment({subtaskIndex: 0, slotIndex: 1})
  const other = taskDeployment({subtaskIndex: 1, slotIndex: 0})
  const report = heartbeatReport(slots, [
    {attemptId, slotIndex: 1, metricsBlock: 2, isCanceling: false},
    {attemptId: other.attemptId, slotIndex: 0, metricsBlock: undefined, isCanceling: false},
  ])
  expect(report.tasks.map((task) => [task.attemptId, task.slotIndex, task.metrics.recordsIn])).toEqual([
    [attemptId, 1, 42],
  ])
  expect(report).toMatchObject({managedUsedBytes: 2000, networkBuffersUsed: 6, networkBuffersTotal: 20})
  expect(report.heapUsedBytes).toBeGreaterThan(10_000_000)
  expect(report.rssBytes).toBeGreaterThan(0)
})
