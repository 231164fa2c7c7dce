// A user's memory manager that, at its first request, does what MISBEHAVIOUR says; without it, it gives what is asked for.
import {writeSync} from 'node:fs'

const MISBEHAVIOURS = {
  exits: () => process.exit(3),
  throws: () =>
    setImmediate(() => {
      throw new Error('no memory today')
    }),
  hoards: () => {
    const hoard = []
    for (;;) hoard.push(new Array(100_000).fill({}))
  },
  spins: () => {
    writeSync(2, 'spinning\n')
    for (;;);
  },
}

export default function createMisbehavingMemoryManager({totalBytes, pageSizeBytes}) {
  const misbehave = MISBEHAVIOURS[process.env.MISBEHAVIOUR] ?? (() => {})
  const pages = (_owner, count) => {
    misbehave()
    return Array.from({length: count}, () => new Uint8Array(pageSizeBytes))
  }
  return {
    totalBytes,
    pageSizeBytes,
    availableBytes: totalBytes,
    allocatePages: pages,
    tryAllocatePages: pages,
    releasePages: () => {},
    reserve: () => misbehave(),
    tryReserve: () => {
      misbehave()
      return true
    },
    releaseReserved: () => {},
    releaseAll: () => 0,
    usage: () => new Map(),
    verifyEmpty: () => {},
  }
}
