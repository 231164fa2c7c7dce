import {program} from '../../api/index.js'
import type {Counter, RuntimeContext} from '../../operators/index.js'

const {AbstractRichFunction} = program

/**
 * For `flatMap`: what the parser makes of each line, without the lines that it refuses; these are counted and told at the end.
 *
 *   lines().flatMap(skipBad(parseCombinedLog))
 */
export function skipBad<T, R>(parse: (value: T) => R): SkipBad<T, R> {
  return new SkipBad(parse)
}

class SkipBad<T, R> extends AbstractRichFunction {
  private skipped: Counter | undefined

  constructor(private readonly parse: (value: T) => R) {
    super()
  }

  override open(runtime: RuntimeContext): void {
    this.skipped = runtime.counter('lines skipped by skipBad')
  }

  flatMap(value: T): R[] {
    try {
      return [this.parse(value)]
    } catch {
      this.skipped?.inc()
      return []
    }
  }
}
