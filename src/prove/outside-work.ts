import {setImmediate as nextTurn} from 'node:timers/promises'

/** What the event loop may be waiting for, and which ends by itself soon. */
const ENDS_BY_ITSELF = new Set(['FSReqCallback', 'FSReqPromise', 'FileHandleCloseReq', 'ZLIB', 'RANDOMBYTESREQUEST'])
/** Turns of the event loop, about 5 µs each, after which something outside is no longer waited for. A slow disk needs thousands. */
const TURNS_MAX = 4_000_000

/** Waits for what a step of a simulation has started outside: promises, and calls of the system that are under way. */
export async function outsideWorkEnded(): Promise<void> {
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    await nextTurn()
    if (!process.getActiveResourcesInfo().some((resource) => ENDS_BY_ITSELF.has(resource))) return
  }
}
