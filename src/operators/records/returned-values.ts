import {FtsError} from '../../core/index.js'
import type {Collector} from '../functions/index.js'

/** A collector that says when it has no room for more. */
export interface BlockingCollector extends Collector<unknown> {
  readonly isBlocked: boolean
}

/** What functions return in place of collecting it; the iterable in hand is left where there is no room, and continued later. */
export class ReturnedValues {
  private iterator: Iterator<unknown> | undefined = undefined

  constructor(private readonly what: string) {}

  collectInto(out: BlockingCollector, results: unknown): void {
    if (Array.isArray(results)) {
      for (let i = 0; i < results.length; i++) out.collect(results[i])
      return
    }
    this.iterator = this.iteratorOf(results)
    this.continueInto(out)
  }

  /** True when nothing is left. */
  continueInto(out: BlockingCollector): boolean {
    const {iterator} = this
    if (iterator === undefined) return true
    while (!out.isBlocked) {
      const next = iterator.next()
      if (next.done === true) {
        this.iterator = undefined
        return true
      }
      out.collect(next.value)
    }
    return false
  }

  /** Lets a generator that was left run its `finally`. */
  close(): void {
    this.iterator?.return?.()
    this.iterator = undefined
  }

  private iteratorOf(results: unknown): Iterator<unknown> {
    const iterable = results as Iterable<unknown> | null
    if (typeof iterable === 'object' && typeof iterable?.[Symbol.iterator] === 'function')
      return iterable[Symbol.iterator]()
    throw new FtsError(
      'user',
      'FTS_NOT_ITERABLE',
      `${this.what} returned ${describe(results)}; expected an array or another iterable of results, or nothing`,
      {what: this.what},
      {
        tryThis:
          'Return [result] for one result, [] for none; or use the collector: (value, out) => out.collect(result).',
      },
    )
  }
}

function describe(results: unknown): string {
  if (typeof results === 'string') return `the text ${JSON.stringify(results.slice(0, 40))}`
  if (results instanceof Promise) return 'a promise'
  if (typeof results !== 'object' || results === null) return String(results)
  return `an object (${results.constructor?.name ?? 'Object'}) that cannot be iterated`
}
