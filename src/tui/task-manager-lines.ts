import {formatBytes, formatDuration, type JobView, type SlotView, type TaskManagerView} from '../metrics/index.js'
import {bar} from './bars.js'
import {marked} from './graph-lines.js'
import {type Line, padTo, span} from './line.js'

/** Every TaskManager with its memory, and its slots with what runs in each. */
export function taskManagerLines(view: JobView, selected: number, width: number): readonly Line[] {
  let index = 0
  return view.taskManagers.flatMap((one) => [
    memoryLine(one),
    detailLine(one),
    ...one.slots.map((slot) => marked(slotLine(slot, width - 2), index++ === selected)),
  ])
}

function memoryLine(one: TaskManagerView): Line {
  const {taskManagerId, pid, alive, rssBytes, memoryBudgetBytes} = one
  const startupMs = one.startup.reduce((sum, {durationMs}) => sum + durationMs, 0)
  const share = memoryBudgetBytes > 0 ? rssBytes / memoryBudgetBytes : 0
  return [
    span(taskManagerId, 'bold'),
    span(` pid ${pid} `),
    alive ? span('alive', 'green') : span('lost', 'red'),
    span('  memory '),
    ...bar(share, 10),
    span(` ${formatBytes(rssBytes)} of ${formatBytes(memoryBudgetBytes)}`),
    span(` · started in ${formatDuration(startupMs)}`, 'dim'),
  ]
}

function detailLine(one: TaskManagerView): Line {
  const parts = [
    `managed ${formatBytes(one.managedUsedBytes)} of ${formatBytes(one.managedBudgetBytes)}`,
    `heap ${formatBytes(one.heapUsedBytes)}`,
    `buffers ${one.networkBuffersUsed}/${one.networkBuffersTotal}`,
    `CPU ${formatDuration(one.cpuMs)}`,
  ]
  return [span(`  ${parts.join(' · ')}`, 'dim')]
}

const SLOT_WIDTH = 9
const STATE_WIDTH = 10

function slotLine({slotIndex, state, tasks}: SlotView, width: number): Line {
  const style = state === 'free' ? 'dim' : 'green'
  const room = Math.max(0, width - SLOT_WIDTH - STATE_WIDTH)
  return [
    span(padTo(`slot ${slotIndex}`, SLOT_WIDTH)),
    span(padTo(state, STATE_WIDTH), style),
    span(padTo(taskNames(tasks, room), room)),
  ]
}

/** Every task is named: long names share the room. */
function taskNames(tasks: SlotView['tasks'], width: number): string {
  const names = tasks.map(({vertexName, subtaskIndex}) => ({vertexName, number: ` #${subtaskIndex}`}))
  const whole = names.map(({vertexName, number}) => vertexName + number).join(', ')
  if (whole.length <= width) return whole
  const each = Math.floor((width - 2 * (names.length - 1)) / names.length)
  const cut = names.map(({vertexName, number}) => {
    const room = Math.max(0, each - number.length)
    return (vertexName.length <= room ? vertexName : padTo(vertexName, room)) + number
  })
  return cut.join(', ')
}
