/**
 * Work of an operator that goes on in pieces: a generator that yields where it must wait (for room in the output, for the
 * disk) or has run long enough. Whoever runs it calls `next` from `drain` or `finish`, after `wake` or when there is room.
 * One yield per batch at most; never one per record.
 */
export type Steps<Result = void> = Generator<void, Result, void>

/** Lets the event loop turn: asks to be called again and yields. */
export function* pause(wake: () => void): Steps {
  wake()
  yield
}
