import type {ControlEffect} from './control-effect.js'
import type {InternalEvent} from './internal-event.js'

/** The event that is being handled: when it happened, and where its consequences go. */
export interface Outbox {
  /** Milliseconds since the epoch; never goes back. */
  readonly nowMs: number
  /** For outside. */
  effect(effect: ControlEffect): void
  /** For another part of the control plane. */
  tell(event: InternalEvent): void
}
