/** Wall and monotonic time. */
export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number
  /** Milliseconds from an arbitrary start, never going back; with fractions. */
  monotonicMs(): number
}

export interface Timer {
  cancel(): void
}

export interface Timers {
  /** Calls back once after `delayMs`. */
  after(delayMs: number, callback: () => void): Timer
  /** Calls back every `periodMs` until cancelled. */
  every(periodMs: number, callback: () => void): Timer
}

export interface Random {
  /** In [0, 1). */
  next(): number
  /** `byteCount * 2` lower-case hex characters. */
  hex(byteCount: number): string
}

/** A stream connection between two processes of the cluster: bytes in order, or closed. */
export interface Connection {
  /** Queues the bytes; the caller must not change them afterwards. */
  send(bytes: Uint8Array): void
  /** Bytes not yet handed to the system. */
  readonly queuedBytes: number
  onData(receive: (bytes: Uint8Array) => void): void
  /** Called once, with the reason when it was an error. */
  onClose(closed: (error?: Error) => void): void
  close(): void
}

export interface Listener {
  close(): Promise<void>
}

/** Unix domain sockets in the run directory. */
export interface Net {
  listen(path: string, accept: (connection: Connection) => void): Promise<Listener>
  connect(path: string): Promise<Connection>
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** One line a call; `fields` are ids and figures. */
export interface Log {
  write(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void
}
