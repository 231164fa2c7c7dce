import type {JobView, SubtaskView, VertexView} from '../metrics/index.js'
import {BLANK, type Line, restyle, span} from './line.js'
import {rateColumns, stateSpan} from './rate-columns.js'
import {type Column, layTable} from './table.js'

const VERTEX_COLUMNS: readonly Column<VertexView>[] = [
  {title: 'vertex', cell: ({name}) => name},
  {title: 'tasks', width: 5, align: 'right', cell: ({subtasks, parallelism}) => `${finished(subtasks)}/${parallelism}`},
  {title: 'state', width: 9, cell: ({state}) => stateSpan(state)},
  ...rateColumns<VertexView>(),
]

const SUBTASK_COLUMNS: readonly Column<SubtaskView>[] = [
  {title: 'subtask', cell: ({subtaskIndex, attempt}) => `#${subtaskIndex}${attempt > 0 ? ` attempt ${attempt}` : ''}`},
  {title: 'slot', width: 8, cell: (subtask) => slotName(subtask)},
  {title: 'state', width: 9, cell: ({state}) => stateSpan(state)},
  ...rateColumns<SubtaskView>(),
]

/** The job graph: a line for each vertex, and the subtasks of the selected one. */
export function graphLines(view: JobView, selected: number, width: number): readonly Line[] {
  const vertices = layTable(VERTEX_COLUMNS, width - 2)
  const subtasks = layTable(SUBTASK_COLUMNS, width - 2)
  const vertex = view.vertices[selected]
  const below = vertex === undefined ? [] : vertex.subtasks.map((subtask) => [span('  '), ...subtasks.lineOf(subtask)])
  return [
    [span('  '), ...vertices.titles],
    ...view.vertices.map((one, i) => marked(vertices.lineOf(one), i === selected)),
    ...(below.length === 0 ? [] : [BLANK, [span('  '), ...subtasks.titles], ...below]),
  ]
}

/** A line that can be selected. */
export function marked(line: Line, isSelected: boolean): Line {
  return isSelected ? restyle([span('▸ '), ...line], 'inverse') : [span('  '), ...line]
}

function finished(subtasks: readonly SubtaskView[]): number {
  return subtasks.filter(({state}) => state === 'FINISHED').length
}

function slotName({taskManagerId, slotIndex}: SubtaskView): string {
  return taskManagerId === undefined ? '' : `${taskManagerId}/${slotIndex ?? '?'}`
}
