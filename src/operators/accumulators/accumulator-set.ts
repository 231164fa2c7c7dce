import {type AccumulatorSnapshot, FtsError} from '../../core/index.js'
import type {Accumulator} from './accumulator.js'
import {AverageAccumulator} from './average-accumulator.js'
import {Histogram} from './histogram.js'
import {ListAccumulator} from './list-accumulator.js'
import * as numbers from './number-accumulators.js'

// biome-ignore lint/suspicious/noExplicitAny: accumulators of anything
type AnyAccumulator = Accumulator<any, any>

const CLASSES = [AverageAccumulator, Histogram, ListAccumulator, ...Object.values(numbers)] as const

/** Text of all accumulators of one operator of one subtask. They travel in one message, which holds 64 MiB for all of a task. */
const SNAPSHOT_CHARACTERS_MAX = 4 * 1024 * 1024

/** The accumulators of one operator of one subtask, by name. */
export class AccumulatorSet {
  private readonly byName = new Map<string, AnyAccumulator>()

  /** `place` names the operator in messages. */
  constructor(private readonly place: string) {}

  /** Errors: `user` FTS_ACCUMULATOR for a name that is taken, and for an object of another class. */
  add(name: string, accumulator: AnyAccumulator): void {
    if (!CLASSES.some((one) => accumulator instanceof one)) {
      const names = CLASSES.map((one) => one.name).join(', ')
      const tryThis =
        'For a result of your own shape: add to a ListAccumulator, and put its values together behind execute().'
      throw this.error(`addAccumulator("${name}") got ${String(accumulator)}, expected one of ${names}`, tryThis)
    }
    if (this.byName.has(name))
      throw this.error(
        `the accumulator "${name}" is there already`,
        'Give each accumulator of an operator a name of its own; getAccumulator(name) answers the one that is there.',
      )
    this.byName.set(name, accumulator)
  }

  get(name: string): AnyAccumulator | undefined {
    return this.byName.get(name)
  }

  /** The accumulator of this name; made if there is none. Errors: `user` FTS_ACCUMULATOR if it is of another class. */
  getOrMake<A extends AnyAccumulator>(name: string, type: new () => A): A {
    const known = this.byName.get(name)
    if (known instanceof type) return known
    if (known !== undefined)
      throw this.error(
        `the accumulator "${name}" is a ${known.constructor.name}, but was also asked for as a ${type.name}`,
        'Give each accumulator of an operator a name of its own.',
      )
    const made = new type()
    this.byName.set(name, made)
    return made
  }

  /** What has been added. Errors: `user` FTS_ACCUMULATORS_TOO_LARGE. */
  *snapshots(): Iterable<readonly [name: string, AccumulatorSnapshot]> {
    let characters = 0
    for (const [name, accumulator] of this.byName) {
      const snapshot = accumulator.snapshot()
      characters += sizeOf(snapshot)
      if (characters > SNAPSHOT_CHARACTERS_MAX) throw this.tooLarge(name)
      yield [name, snapshot]
    }
  }

  private tooLarge(name: string): FtsError {
    return new FtsError(
      'user',
      'FTS_ACCUMULATORS_TOO_LARGE',
      `${this.place}: with "${name}" the accumulators are larger than the 4 MiB that a subtask's may be`,
      {accumulator: name},
      {
        tryThis:
          'Accumulators are for totals and a few notes; write what is more with a sink, or read it with executeAndCollect().',
      },
    )
  }

  private error(message: string, tryThis: string): FtsError {
    return new FtsError('user', 'FTS_ACCUMULATOR', `${this.place}: ${message}`, {}, {tryThis})
  }
}

function sizeOf(snapshot: AccumulatorSnapshot): number {
  if (snapshot.kind === 'list') return snapshot.elements.reduce((sum, element) => sum + element.length + 3, 0)
  return snapshot.kind === 'histogram' ? snapshot.counts.length * 16 : 32
}
