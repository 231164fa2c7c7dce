import {FtsError} from '../../core/index.js'
import type {WindowAssigner} from './assigners/window-assigner.js'
import {GlobalWindow} from './global-window.js'
import {TimeWindow} from './time-window.js'
import type {Window} from './window.js'

type AnyAssigner = Pick<WindowAssigner<never, Window>, 'restoreWindow'>

/** A window from its fields, as a snapshot has stored them. Errors: `user` FTS_WINDOW_NOT_STORABLE for windows of unknown classes. */
export function restoreWindow(assigner: AnyAssigner, fields: unknown): Window {
  if (assigner.restoreWindow !== undefined) return assigner.restoreWindow(fields)
  const {start, end, window} = fields as {readonly start?: unknown; readonly end?: unknown; readonly window?: unknown}
  if (window === 'global') return GlobalWindow.get()
  if (typeof start === 'number' && typeof end === 'number') return new TimeWindow(start, end)
  throw notStorable(assigner, fields as object)
}

/** Whether a window will come back as what it is. Errors: as above. */
export function checkStorable(assigner: AnyAssigner, window: Window): void {
  const prototype = Object.getPrototypeOf(window) as object
  const isKnown = prototype === TimeWindow.prototype || prototype === GlobalWindow.prototype
  if (isKnown || assigner.restoreWindow !== undefined) return
  throw notStorable(assigner, window)
}

function notStorable(assigner: object, window: object): FtsError {
  const name = assigner.constructor.name
  return new FtsError(
    'user',
    'FTS_WINDOW_NOT_STORABLE',
    `windows of ${name} (with the fields ${Object.keys(window).join(', ')}) cannot be stored in a checkpoint: nobody knows how to make one of its fields`,
    {assigner: name},
    {tryThis: `Give ${name} a method restoreWindow(fields) that makes the window again, or use TimeWindow.`},
  )
}
