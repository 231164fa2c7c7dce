import {generalise, inferShape, isAlike, type Shape} from './shape.js'
import {ShapeGroup} from './shape-group.js'

/** Shapes that are tried for a record, and shapes ever defined on a channel; beyond either, records are packed whole. */
const ACTIVE_MAX = 16
const DEFINED_MAX = 64

/**
 * The shapes of one sending channel. A record that fits none either widens the shape that is alike (`{a: number}` and
 * `{a: string}` become `{a: packed}`) or defines a new one, so there are never more than a few.
 */
export class ShapeGroups {
  #active: ShapeGroup[] = []
  /** Replaced by a wider one, but with rows in the message being gathered. */
  #retired: ShapeGroup[] = []
  #defined = 0

  /** `standAlone`: each message brings all that is needed to read it. */
  constructor(private readonly standAlone: boolean) {}

  /** All with rows for the next message. */
  used(): ShapeGroup[] {
    return [...this.#retired, ...this.#active].filter((group) => group.rowCount > 0)
  }

  /** Those that could take records. */
  get active(): readonly ShapeGroup[] {
    return this.#active
  }

  /** A group that takes `value`, which no active group does. */
  learn(value: unknown): ShapeGroup {
    const shape = this.#isFull() ? 'packed' : inferShape(value)
    const alike = this.#active.findIndex((group) => isAlike(group.shape, shape))
    if (alike === -1) return this.#add(shape)
    const wider = new ShapeGroup(this.#defined++, generalise(this.#active[alike].shape, shape), this.standAlone)
    this.#retired.push(this.#active[alike])
    this.#active[alike] = wider
    return wider
  }

  clear(): void {
    for (const group of [...this.#retired, ...this.#active]) group.clear()
    this.#retired = []
  }

  /** A channel with one shape, as most are, keeps it and its buffers; any other begins without shapes. */
  restart(): void {
    this.clear()
    if (this.#defined === 1) this.#active[0].isSent = false
    else {
      this.#active = []
      this.#defined = 0
    }
  }

  #isFull(): boolean {
    return this.#active.length >= ACTIVE_MAX || this.#defined >= DEFINED_MAX
  }

  /** `packed` takes everything and so is tried last. */
  #add(shape: Shape): ShapeGroup {
    const group = new ShapeGroup(this.#defined++, shape, this.standAlone)
    const last = this.#active.at(-1)
    if (last?.shape === 'packed') this.#active.splice(-1, 0, group)
    else this.#active.push(group)
    return group
  }
}
