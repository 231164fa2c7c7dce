import type {JobStatus} from '../core/index.js'
import {findBottleneck, formatDuration, type JobView, progressOf, progressWords} from '../metrics/index.js'
import {bar} from './bars.js'
import {graphLines} from './graph-lines.js'
import {helpLines} from './help-lines.js'
import {BLANK, clip, justify, type Line, type Style, span, wrapWords} from './line.js'
import {recoveryLine} from './recovery-line.js'
import {type ScreenState, TABS} from './screen-state.js'
import {slotLines} from './slot-lines.js'
import {slotList} from './slot-list.js'
import {taskManagerLines} from './task-manager-lines.js'

export interface FrameSize {
  readonly width: number
  readonly height: number
}

/** Below this height the rules and the tabs make room for figures. */
const ROOMY_HEIGHT = 12

const TAB_NAMES = {graph: '1 graph', taskManagers: '2 TaskManagers', slot: '3 slot'} as const

const STATUS_STYLES: Partial<Record<JobStatus, Style>> = {
  RUNNING: 'green',
  FINISHED: 'green',
  FAILING: 'red',
  FAILED: 'red',
}

/** The whole screen: exactly `height` lines, each at most `width` columns. */
export function frameLines(view: JobView, state: ScreenState, {width, height}: FrameSize): readonly Line[] {
  const isRoomy = height >= ROOMY_HEIGHT
  const rule = [span('─'.repeat(width), 'dim')]
  const recovery = recoveryLine(view)
  const facts = [header(view, width), progress(view, width), ...(recovery === undefined ? [] : [recovery])]
  const top = [...facts, ...(isRoomy ? [tabs(state), rule] : [])]
  const bottom = [...(isRoomy ? [rule] : []), ...bottleneck(view, width, isRoomy ? 2 : 1), [span(keysOf(state), 'dim')]]
  const room = Math.max(0, height - top.length - bottom.length)
  const body = scrolled(bodyLines(view, state, width), room)
  const filler = Array.from({length: room - body.length}, () => BLANK)
  return [...top, ...body, ...filler, ...bottom].slice(0, height).map((line) => clip(line, width))
}

function header(view: JobView, width: number): Line {
  const left = [span('fts', 'bold'), span(` ${view.name} · ${view.mode}`)]
  const right = [span(view.status, STATUS_STYLES[view.status] ?? 'yellow'), span(` ${formatDuration(view.durationMs)}`)]
  return justify(left, right, width)
}

function progress(view: JobView, width: number): Line {
  const known = progressOf(view)
  const words = progressWords(view)
  if (known === undefined) return [span(`unbounded input · ${words}`)]
  return [...bar(known.share, Math.max(5, Math.min(40, width - words.length - 1))), span(` ${words}`)]
}

function tabs({tab, isHelpShown}: ScreenState): Line {
  return TABS.flatMap((one) => {
    const name = ` ${TAB_NAMES[one]} `
    return [one === tab && !isHelpShown ? span(name, 'inverse') : span(name), span(' ')]
  })
}

function bottleneck(view: JobView, width: number, lineCount: number): readonly Line[] {
  return wrapWords(findBottleneck(view), width, lineCount).map((text) => [span(text, 'cyan')])
}

function keysOf({tab, isHelpShown}: ScreenState): string {
  if (isHelpShown) return 'Esc back  q cancel'
  const enter = {graph: 'Enter slots  ', taskManagers: 'Enter look in  Esc back  ', slot: 'Esc back  '}[tab]
  return `Tab view  ↑↓ select  ${enter}? help  q cancel`
}

function bodyLines(view: JobView, state: ScreenState, width: number): Body {
  if (state.isHelpShown) return {lines: helpLines(), focus: 0}
  const slots = slotList(view)
  switch (state.tab) {
    case 'graph':
      return {lines: graphLines(view, state.vertexIndex, width), focus: state.vertexIndex + 1}
    case 'taskManagers': {
      const lines = taskManagerLines(view, state.slotIndex, width)
      return {lines, focus: lines.findIndex((line) => line[0]?.text.startsWith('▸'))}
    }
    case 'slot':
      return {lines: slotLines(view, slots[state.slotIndex], width), focus: 0}
  }
}

interface Body {
  readonly lines: readonly Line[]
  /** The line that must be seen. */
  readonly focus: number
}

/** The lines that fit, with the one in focus among them; the last line says when there is more. */
function scrolled({lines, focus}: Body, room: number): readonly Line[] {
  if (lines.length <= room) return lines
  const start = Math.max(0, Math.min(focus - room + 2, lines.length - room))
  const shown = lines.slice(start, start + room)
  const below = lines.length - start - room
  return below === 0 ? shown : [...shown.slice(0, -1), [span(`  … ${below + 1} more lines`, 'dim')]]
}
