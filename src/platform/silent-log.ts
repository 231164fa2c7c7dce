import type {Log} from './platform.js'

/** A log that keeps nothing. */
export class SilentLog implements Log {
  write(): void {}
}
