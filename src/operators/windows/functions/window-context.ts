import type {KeyedStateStore} from '../../../state/index.js'
import type {OutputTag} from '../../functions/index.js'
import type {Window} from '../window.js'

/** What a ProcessWindowFunction may ask. One object for all windows: do not keep it. */
export interface WindowContext<W extends Window> {
  window(): W
  currentProcessingTime(): number
  /** MIN_TIMESTAMP_MS before the first watermark. */
  currentWatermark(): number
  /**
   * State of this key and this window, which ends with the window. Errors: `user` FTS_NO_WINDOW_STATE for windows that merge: they have
   * none, as in Flink.
   */
  windowState(): KeyedStateStore
  /** State of this key, over all windows. */
  globalState(): KeyedStateStore
  /** Emits a record to a side output, with the window's last timestamp. */
  output<X>(tag: OutputTag<X>, value: X): void
}
