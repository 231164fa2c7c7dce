/**
 * What carries the bytes of the shuffle between two slots. Unix domain sockets are one implementation
 * (`UnixSocketTransport`); another one (shared memory, TCP, a simulated network) needs these two interfaces only, and
 * is put in where the slot's environment is created.
 *
 * A transport delivers bytes in order and unchanged, or closes the connection; it may cut them anywhere. It may call
 * handlers only from the slot's event loop, never from within `connect` or `write`.
 */
export interface ShuffleTransport {
  listen(address: string, accept: (connection: ByteConnection) => void): Promise<ShuffleListener>
  /** Answers at once; what is written before the peer has answered waits. A refusal comes as `closed`. */
  connect(address: string): ByteConnection
}

export interface ShuffleListener {
  /** Accepts no more, and removes the address. Connections stay. */
  close(): Promise<void>
}

/** A duplex stream of bytes. */
export interface ByteConnection {
  /** Called once, before anything is written and before the next turn of the event loop. */
  start(handlers: ByteConnectionHandlers): void
  /**
   * Writes the pieces in order and without copying; they belong to the transport until `done` is called, once for each
   * write and in their order. The shuffle bounds what it hands over ahead. After `closed`, `done` is not called any more.
   */
  write(pieces: readonly Uint8Array[], done: () => void): void
  /** Closes after what was written has been handed over. */
  end(): void
  /** Closes at once. */
  destroy(): void
}

export interface ByteConnectionHandlers {
  /** Bytes have come; they are valid only until the call returns. */
  received(bytes: Uint8Array): void
  /** Called once, when no handed-over memory is in use any more; with the reason if there is one. */
  closed(reason?: Error): void
}
