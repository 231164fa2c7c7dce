import {GlobalWindow} from '../global-window.js'
import {EventTimeTrigger} from '../triggers/event-time-trigger.js'
import {NeverTrigger} from '../triggers/never-trigger.js'
import type {Trigger} from '../triggers/trigger.js'
import {WindowAssigner} from './window-assigner.js'

const WINDOWS: readonly GlobalWindow[] = [GlobalWindow.instance]

/** One window for everything of a key: `GlobalWindows.create()`. It never fires unless it is given a trigger. */
export class GlobalWindows extends WindowAssigner<unknown, GlobalWindow> {
  readonly isEventTime = false

  private constructor(private readonly defaultTrigger: Trigger<unknown, GlobalWindow>) {
    super()
  }

  static create(): GlobalWindows {
    return new GlobalWindows(NeverTrigger.create())
  }

  /** The window fires once, when a bounded input has ended. */
  static createWithEndOfStreamTrigger(): GlobalWindows {
    // The watermark at the end of a bounded input is the window's last timestamp.
    return new GlobalWindows(EventTimeTrigger.create())
  }

  assignWindows(): readonly GlobalWindow[] {
    return WINDOWS
  }

  getDefaultTrigger(): Trigger<unknown, GlobalWindow> {
    return this.defaultTrigger
  }
}
