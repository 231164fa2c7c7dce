import {nameSetting, wholeNumber} from './operator-settings.js'
import type {Transformation} from './transformation.js'

/** The end of a stream, and its settings. */
export class DataStreamSink<T> {
  /** Types only. */
  declare readonly content?: T

  /** @internal */
  constructor(private readonly transformation: Transformation) {}

  /** The name on the screen and in messages. */
  name(name: string): this {
    this.transformation.name = nameSetting('name', name)
    return this
  }

  /** See SingleOutputStreamOperator. */
  uid(uid: string): this {
    this.transformation.uid = nameSetting('uid', uid)
    return this
  }

  setParallelism(parallelism: number): this {
    this.transformation.parallelism = wholeNumber('setParallelism', parallelism, 1)
    return this
  }

  disableChaining(): this {
    this.transformation.chaining = 'NEVER'
    return this
  }

  slotSharingGroup(group: string): this {
    this.transformation.slotSharingGroup = nameSetting('slotSharingGroup', group)
    return this
  }
}
