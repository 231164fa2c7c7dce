import type {AccumulatorSnapshot} from '../../core/index.js'
import type {Accumulator} from './accumulator.js'
import {requireNumber} from './require-number.js'

type Kind = 'sum' | 'minimum' | 'maximum'

const START = {sum: 0, minimum: Number.POSITIVE_INFINITY, maximum: Number.NEGATIVE_INFINITY} as const

/** An accumulator of one number. Nothing added: 0 of a counter, Infinity of a minimum, -Infinity of a maximum. */
abstract class NumberAccumulator implements Accumulator<number> {
  protected value: number

  /** @internal */
  constructor(
    private readonly type: string,
    private readonly kind: Kind,
    private readonly isWhole: boolean,
  ) {
    this.value = START[kind]
  }

  add(value: number): void {
    const number = requireNumber(this.type, value, this.isWhole)
    if (this.kind === 'sum') this.value += number
    else this.value = this.kind === 'minimum' ? Math.min(this.value, number) : Math.max(this.value, number)
  }

  getLocalValue(): number {
    return this.value
  }

  resetLocal(): void {
    this.value = START[this.kind]
  }

  /** @internal */
  snapshot(): AccumulatorSnapshot {
    return {type: this.type, kind: this.kind, value: String(this.value)}
  }
}

/** The sum of whole numbers: `counter.add(1)`. */
export class IntCounter extends NumberAccumulator {
  constructor() {
    super('IntCounter', 'sum', true)
  }
}

/** The same under the name it has for Flink's larger numbers. */
export class LongCounter extends NumberAccumulator {
  constructor() {
    super('LongCounter', 'sum', true)
  }
}

/** The sum of numbers. */
export class DoubleCounter extends NumberAccumulator {
  constructor() {
    super('DoubleCounter', 'sum', false)
  }
}

/** The least of whole numbers. */
export class IntMinimum extends NumberAccumulator {
  constructor() {
    super('IntMinimum', 'minimum', true)
  }
}

/** The least of whole numbers. */
export class LongMinimum extends NumberAccumulator {
  constructor() {
    super('LongMinimum', 'minimum', true)
  }
}

/** The least of numbers. */
export class DoubleMinimum extends NumberAccumulator {
  constructor() {
    super('DoubleMinimum', 'minimum', false)
  }
}

/** The greatest of whole numbers. */
export class IntMaximum extends NumberAccumulator {
  constructor() {
    super('IntMaximum', 'maximum', true)
  }
}

/** The greatest of whole numbers. */
export class LongMaximum extends NumberAccumulator {
  constructor() {
    super('LongMaximum', 'maximum', true)
  }
}

/** The greatest of numbers. */
export class DoubleMaximum extends NumberAccumulator {
  constructor() {
    super('DoubleMaximum', 'maximum', false)
  }
}
