import {FtsError} from '../core/index.js'
import type {OutputTag} from '../operators/index.js'
import {DataStream} from './data-stream.js'
import {nameSetting, wholeNumber} from './operator-settings.js'
import type {ProgramContext} from './program-context.js'
import type {Transformation} from './transformation.js'

/** The stream that one operator makes, and the operator's settings. */
export class SingleOutputStreamOperator<T> extends DataStream<T> {
  /** @internal */
  constructor(
    program: ProgramContext,
    protected readonly transformation: Transformation,
  ) {
    super(program, [{from: transformation}])
  }

  /** @internal Says that records replace earlier ones of the same key; undefined: they do not. */
  replacing(keyOf: ((record: T) => unknown) | undefined): this {
    this.keyOfUpdates = keyOf
    return this
  }

  /** The name on the screen and in messages. */
  name(name: string): this {
    this.transformation.name = nameSetting('name', name)
    return this
  }

  /** A name that stays when the program changes: state is found again by it. Unique in the job. */
  uid(uid: string): this {
    this.transformation.uid = nameSetting('uid', uid)
    return this
  }

  /** What the operator does, for plans (`fts info --json`) and the web page, where its name is too short. */
  setDescription(description: string): this {
    this.transformation.description = nameSetting('setDescription', description)
    return this
  }

  /** One subtask, whatever the parallelism: it cannot be set to more any more. */
  forceNonParallel(): this {
    this.transformation.alwaysOne = 'forceNonParallel() says so'
    this.transformation.parallelism = 1
    this.transformation.maxParallelism = 1
    return this
  }

  /** How many subtasks the operator has. */
  setParallelism(parallelism: number): this {
    const {alwaysOne} = this.transformation
    if (alwaysOne !== undefined && parallelism !== 1) throw this.isFixed(parallelism)
    this.transformation.parallelism = wholeNumber('setParallelism', parallelism, 1)
    return this
  }

  /** The number of key groups, and so the most subtasks it can ever have. */
  setMaxParallelism(maxParallelism: number): this {
    if (this.transformation.alwaysOne !== undefined && this.transformation.maxParallelism === 1 && maxParallelism !== 1)
      throw this.isFixed(maxParallelism)
    this.transformation.maxParallelism = wholeNumber('setMaxParallelism', maxParallelism, 1)
    return this
  }

  /** The operator is not joined with the one before it. */
  startNewChain(): this {
    this.transformation.chaining = 'HEAD'
    return this
  }

  /** The operator is joined with no other. */
  disableChaining(): this {
    this.transformation.chaining = 'NEVER'
    return this
  }

  /** Operators of different groups never share a slot. Default: the group of the inputs. */
  slotSharingGroup(group: string): this {
    this.transformation.slotSharingGroup = nameSetting('slotSharingGroup', group)
    return this
  }

  /** What a function gave to `ctx.output(tag, value)`, or what an operator sets aside (late records, say). */
  getSideOutput<X>(tag: OutputTag<X>): DataStream<X> {
    return this.program.stream([{from: this.transformation, outputTag: tag.id}])
  }

  private isFixed(parallelism: number): FtsError {
    const {name, alwaysOne} = this.transformation
    return new FtsError(
      'user',
      'FTS_PARALLELISM_FIXED',
      `the parallelism of "${name}" is 1 and cannot be ${parallelism}: ${alwaysOne}`,
      {name, parallelism},
      {tryThis: 'Call rebalance() behind it, and set the parallelism of what follows.'},
    )
  }
}
