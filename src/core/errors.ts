/**
 * What an error means for the job, and so what happens next.
 *
 *   user         the job, a flag, a path or a setting is wrong: refused at once, exit code 2
 *   restartable  the world failed (a peer is gone, a disk is full): the restart strategy decides
 *   fatal        it would fail again the same way: the job fails
 *   invariant    we have a bug: the task stops, the report carries expected and actual values
 */
export type ErrorKind = 'user' | 'restartable' | 'fatal' | 'invariant'

/** Named facts of an error (ids, paths, sizes); they travel between processes as JSON. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>

export interface FtsErrorOptions {
  readonly cause?: unknown
  /** One sentence that says what to do next. */
  readonly tryThis?: string
}

/** An FtsError as plain data, the form in which it crosses a process border. */
export interface ErrorData {
  readonly kind: ErrorKind
  readonly code: string
  readonly message: string
  readonly details: ErrorDetails
  readonly tryThis?: string
  readonly stack?: string
  readonly cause?: ErrorData
}

/**
 * The one error class of the engine. `message` says what, where and what was expected; `code` is stable
 * (`FTS_…`) and documented; `details` repeats the ids as fields.
 */
export class FtsError extends Error {
  readonly tryThis: string | undefined

  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    readonly details: ErrorDetails = {},
    options: FtsErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : {cause: options.cause})
    this.name = 'FtsError'
    this.tryThis = options.tryThis
  }

  /** Any thrown value as an FtsError; what is not one becomes `fatal` with code `FTS_UNEXPECTED`, its stack and its cause. */
  static from(thrown: unknown): FtsError {
    if (thrown instanceof FtsError) return thrown
    if (thrown instanceof Error) {
      const {cause} = thrown
      const wrapped = new FtsError('fatal', 'FTS_UNEXPECTED', thrown.message, {}, cause === undefined ? {} : {cause})
      if (thrown.stack !== undefined) wrapped.stack = thrown.stack
      return wrapped
    }
    return new FtsError('fatal', 'FTS_UNEXPECTED', String(thrown))
  }

  /** Rebuilds an error that came from another process, with its own stack. */
  static fromData(data: ErrorData): FtsError {
    const error = new FtsError(data.kind, data.code, data.message, data.details, {
      ...(data.tryThis === undefined ? {} : {tryThis: data.tryThis}),
      ...(data.cause === undefined ? {} : {cause: FtsError.fromData(data.cause)}),
    })
    if (data.stack !== undefined) error.stack = data.stack
    return error
  }

  toData(): ErrorData {
    return {
      kind: this.kind,
      code: this.code,
      message: this.message,
      details: this.details,
      ...(this.tryThis === undefined ? {} : {tryThis: this.tryThis}),
      ...(this.stack === undefined ? {} : {stack: this.stack}),
      ...(this.cause === undefined ? {} : {cause: FtsError.from(this.cause).toData()}),
    }
  }
}
