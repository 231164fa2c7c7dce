import {
  formatBytes,
  formatInteger,
  type JobView,
  type SlotView,
  type SubtaskView,
  type TaskMetricsSnapshot,
} from '../metrics/index.js'
import {BLANK, type Line, span} from './line.js'
import {rateColumns, stateSpan} from './rate-columns.js'
import type {ListedSlot} from './slot-list.js'
import {type Column, layTable} from './table.js'

interface SlotTask extends SubtaskView {
  readonly vertexName: string
}

const TASK_COLUMNS: readonly Column<SlotTask>[] = [
  {title: 'task', cell: ({vertexName, subtaskIndex}) => `${vertexName} #${subtaskIndex}`},
  {title: 'state', width: 9, cell: ({state}) => stateSpan(state)},
  ...rateColumns<SlotTask>(),
]

/** One slot looked into: its tasks with their rates and all their counters. */
export function slotLines(view: JobView, listed: ListedSlot | undefined, width: number): readonly Line[] {
  if (listed === undefined) return [[span('There are no slots yet.')]]
  const {taskManager, slot} = listed
  const title: Line = [
    span(`slot ${slot.slotIndex} of ${taskManager.taskManagerId}`, 'bold'),
    span(` (pid ${taskManager.pid}), ${slot.state}`),
  ]
  const tasks = tasksOf(view, slot)
  if (tasks.length === 0) return [title, BLANK, [span('No task runs here now.')]]
  const table = layTable(TASK_COLUMNS, width)
  return [title, BLANK, table.titles, ...tasks.flatMap((task) => [table.lineOf(task), ...counterLines(task)])]
}

function tasksOf(view: JobView, slot: SlotView): SlotTask[] {
  return slot.tasks.flatMap(({vertexId, vertexName, subtaskIndex}) => {
    const vertex = view.vertices.find((one) => one.vertexId === vertexId)
    const subtask = vertex?.subtasks.find((one) => one.subtaskIndex === subtaskIndex)
    return subtask === undefined ? [] : [{...subtask, vertexName}]
  })
}

function counterLines({attempt, metrics}: SlotTask): Line[] {
  const incoming = flow(metrics, 'recordsIn', 'bytesIn', 'sourceRecords', 'sourceBytes')
  const outgoing = flow(metrics, 'recordsOut', 'bytesOut', 'sinkRecords', 'sinkBytes')
  return [
    [span(`  in ${incoming} · out ${outgoing}`)],
    [span(`  ${ledgerWords(metrics)}`)],
    [span(`  attempt ${attempt} · ${resourceWords(metrics)}`)],
  ]
}

type Counter = keyof TaskMetricsSnapshot

function flow(
  metrics: TaskMetricsSnapshot,
  records: Counter,
  bytes: Counter,
  outer: Counter,
  outerBytes: Counter,
): string {
  const exchanged = `${formatInteger(metrics[records])} records, ${formatBytes(metrics[bytes])}`
  if (metrics[outer] === 0 && metrics[outerBytes] === 0) return exchanged
  const outside = `${formatInteger(metrics[outer])} records, ${formatBytes(metrics[outerBytes])}`
  return metrics[records] === 0 ? `${outside} (outside)` : `${exchanged}; outside ${outside}`
}

function ledgerWords(metrics: TaskMetricsSnapshot): string {
  const {recordsExpanded, recordsCombined, recordsFiltered, recordsBad} = metrics
  return [
    `expanded ${formatInteger(recordsExpanded)}`,
    `combined ${formatInteger(recordsCombined)}`,
    `filtered ${formatInteger(recordsFiltered)}`,
    `bad ${formatInteger(recordsBad)}`,
  ].join(' · ')
}

function resourceWords(metrics: TaskMetricsSnapshot): string {
  return [
    `buffers in ${metrics.inputBuffersUsed}/${metrics.inputBuffersTotal}`,
    `out ${metrics.outputBuffersUsed}/${metrics.outputBuffersTotal}`,
    `managed ${formatBytes(metrics.managedMemoryBytes)}`,
    `spilled ${formatBytes(metrics.spilledBytes)}`,
  ].join(' · ')
}
