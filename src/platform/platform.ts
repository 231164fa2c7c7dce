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

/** A new file that is being written. */
export interface DiskFile {
  /** All of the bytes, behind what is there. They must not change before it has settled. */
  append(bytes: Uint8Array): Promise<void>
  /** What was appended outlives a loss of power from here on. */
  sync(): Promise<void>
  close(): Promise<void>
}

export interface DiskEntry {
  readonly name: string
  readonly isFolder: boolean
}

/**
 * Files that outlive their process. Errors are the system's, with its `code`; absences are answers where it says so.
 * A new or renamed file is found after a loss of power only when the folder has been synced, too.
 */
export interface Disk {
  /** With the folders above; whether it was missing. */
  makeFolder(path: string): Promise<boolean>
  /** Fails if there is one already. */
  create(path: string): Promise<DiskFile>
  rename(from: string, to: string): Promise<void>
  /** Gives a file a second name, in one step; false: that name is taken, and nothing has changed. Of many who try, one succeeds. */
  link(from: string, to: string): Promise<boolean>
  syncFolder(path: string): Promise<void>
  /** Undefined: there is none. */
  read(path: string): Promise<Uint8Array | undefined>
  /** The same at once, for whoever has nothing else to do. */
  readNow(path: string): Uint8Array | undefined
  /** Undefined: there is none. */
  sizeOf(path: string): Promise<number | undefined>
  /** Sets when a file was last written: a sign of life that needs no space. Fails if there is no such file. */
  touch(path: string, atMs: number): Promise<void>
  /** Milliseconds since the epoch, to the second at least; undefined: there is no such file. */
  modifiedMs(path: string): Promise<number | undefined>
  /** What is in a folder; undefined: there is no such folder. */
  list(path: string): Promise<readonly DiskEntry[] | undefined>
  /** A file, or a folder with all that is in it; what is not there is removed already. */
  remove(path: string): Promise<void>
  /** A folder in which there is nothing, in one step; false: there is something in it, or no such folder. */
  removeEmpty(path: string): Promise<boolean>
}

/** A process of this host; ids of processes come again, so it is told by its start as well. */
export interface ProcessIdentity {
  readonly pid: number
  /** In clock ticks since boot, and the boot; empty where there is no /proc. */
  readonly startedAt: string
}

export interface Processes {
  readonly own: ProcessIdentity
  /** Whether it has ended for good; one that is stopped has not. */
  isGone(process: ProcessIdentity): boolean
}

/** `notice`: a sentence that whoever started the job is to read, also if nobody asked for a log. */
export type LogLevel = 'debug' | 'info' | 'notice' | 'warn' | 'error'

/** One line a call; `fields` are ids and figures. */
export interface Log {
  write(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void
}
