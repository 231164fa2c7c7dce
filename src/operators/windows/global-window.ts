import {MAX_TIMESTAMP_MS} from '../../core/index.js'
import type {Window} from './window.js'

/** The one window for everything, which never ends. */
export class GlobalWindow implements Window {
  static readonly instance = new GlobalWindow()
  /** What its state and timers are filed under. */
  readonly window = 'global'

  static get(): GlobalWindow {
    return GlobalWindow.instance
  }

  maxTimestamp(): number {
    return MAX_TIMESTAMP_MS
  }
}
