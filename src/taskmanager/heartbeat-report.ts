import {TaskMetrics} from '../metrics/index.js'
import type {HeartbeatReport, TaskReport} from '../rpc/index.js'
import type {SlotGauge, SlotGauges} from './slot-gauges.js'
import type {SlotTask} from './slot-table.js'

/** What a report reads of a slot. */
export interface ObservedSlot {
  readonly metricsMemory: SharedArrayBuffer
  readonly gauges: SlotGauges
}

/** A TaskManager's figures now, read from shared memory and the process: slots that are deep in a batch are not asked. */
export function heartbeatReport(slots: readonly ObservedSlot[], tasks: readonly Readonly<SlotTask>[]): HeartbeatReport {
  const sum = (gauge: SlotGauge) => slots.reduce((total, slot) => total + slot.gauges.get(gauge), 0)
  const {rss, heapUsed} = process.memoryUsage()
  const {user, system} = process.cpuUsage()
  return {
    tasks: tasks.flatMap((task) => taskReport(slots, task)),
    rssBytes: rss,
    heapUsedBytes: heapUsed + sum('heapUsedBytes'),
    managedUsedBytes: sum('managedUsedBytes'),
    networkBuffersUsed: sum('networkBuffersUsed'),
    networkBuffersTotal: sum('networkBuffersTotal'),
    cpuMs: (user + system) / 1000,
  }
}

/** A task that its slot has not begun yet has no figures. */
function taskReport(slots: readonly ObservedSlot[], task: Readonly<SlotTask>): readonly TaskReport[] {
  const {attemptId, slotIndex, metricsBlock} = task
  if (metricsBlock === undefined) return []
  const metrics = new TaskMetrics(slots[slotIndex].metricsMemory, metricsBlock).snapshot()
  return [{attemptId, slotIndex, metrics}]
}
