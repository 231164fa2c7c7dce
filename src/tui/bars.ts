import type {RatesView} from '../metrics/index.js'
import {type Line, span} from './line.js'

/** `██████░░░░`: a share in [0, 1] of `width`. */
export function bar(share: number, width: number): Line {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width)
  return [span('█'.repeat(full), 'green'), span('░'.repeat(width - full), 'dim')]
}

/** `█████▒▒▒··`: how a task spends its time: busy, backpressured, idle. Tells them apart without colour. */
export function timeBar({busyShare, backPressuredShare}: RatesView, width: number): string {
  const busy = Math.round(Math.min(1, busyShare) * width)
  const waiting = Math.min(width - busy, Math.round(backPressuredShare * width))
  return `${'█'.repeat(busy)}${'▒'.repeat(waiting)}${'·'.repeat(width - busy - waiting)}`
}
