import type {SeededRandom} from '../platform/index.js'
import type {SimWorld} from './sim-world.js'

interface Timeout {
  cancel(): void
}

/**
 * Puts simulated time and seeded chance in the place of what programs (and the engine's stop watches) get from the runtime: Date, performance.now,
 * Math.random, crypto.randomUUID, setTimeout and its kin. `asked` hears of each call for time or chance. Answers what puts the real ones back.
 *
 * Not reached: what a program imports from node:timers, node:timers/promises and node:crypto.
 */
export function virtualGlobals(
  world: SimWorld,
  random: SeededRandom,
  asked: (what: string) => void = () => {},
): () => void {
  const RealDate = globalThis.Date
  const now = () => Math.floor(world.nowMs())
  const seen = <V>(what: string, value: V): V => {
    asked(what)
    return value
  }
  class SimDate extends RealDate {
    constructor(...args: ConstructorParameters<DateConstructor> | []) {
      if (args.length === 0) super(seen('new Date()', now()))
      else super(...args)
    }

    static override now(): number {
      return seen('Date.now()', now())
    }
  }
  const undo = [
    replace(globalThis, 'Date', SimDate),
    replace(Math, 'random', () => seen('Math.random()', random.next())),
    replace(performance, 'now', () => world.monotonicMs()),
    replace(globalThis.crypto, 'randomUUID', () => seen('crypto.randomUUID()', uuidOf(random.hex(16)))),
    replace(globalThis, 'setTimeout', (run: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]) =>
      handleOf(world.after(Math.max(1, delayMs), () => run(...args))),
    ),
    replace(globalThis, 'setInterval', (run: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]) =>
      handleOf(world.every(Math.max(1, delayMs), () => run(...args))),
    ),
    replace(globalThis, 'clearTimeout', (timeout?: Timeout) => timeout?.cancel?.()),
    replace(globalThis, 'clearInterval', (timeout?: Timeout) => timeout?.cancel?.()),
  ]
  return () => {
    for (const one of undo) one()
  }
}

function replace(object: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(object, name)
  Object.defineProperty(object, name, {
    value,
    configurable: true,
    writable: true,
    enumerable: before?.enumerable ?? true,
  })
  return () => {
    if (before === undefined) delete (object as Record<string, unknown>)[name]
    else Object.defineProperty(object, name, before)
  }
}

/** As much of Node's Timeout as programs use. */
function handleOf(timer: Timeout) {
  const handle = {cancel: () => timer.cancel(), ref: () => handle, unref: () => handle, hasRef: () => true}
  return handle
}

function uuidOf(hex: string): string {
  const at = [0, 8, 12, 16, 20, 32]
  return at
    .slice(1)
    .map((end, index) => hex.slice(at[index], end))
    .join('-')
}
