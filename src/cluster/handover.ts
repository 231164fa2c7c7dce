import type {ClusterProcesses} from './cluster-processes.js'

/** What the launcher has prepared before the command line was loaded. */
export interface Handover {
  readonly processes: ClusterProcesses
  /** Until this is called, a signal ends the process at once; whoever takes over listens first, then calls it. */
  releaseSignals(): void
}

const HANDOVER = Symbol.for('fts.launch')

type Holder = {[HANDOVER]?: Handover | undefined}

/** The launcher and the command line are two bundles; a global symbol is what they share. */
export function handOver(handover: Handover): void {
  ;(globalThis as Holder)[HANDOVER] = handover
}

/** Takes what the launcher prepared, once; `undefined` where there was no launcher (a test, a program that uses fts). */
export function takeHandover(): Handover | undefined {
  const holder = globalThis as Holder
  const handover = holder[HANDOVER]
  holder[HANDOVER] = undefined
  return handover
}

/** The run directory that the launcher has made; `undefined` where there was no launcher, or a cluster has taken it. */
export function launchedRunDirectory(): string | undefined {
  return (globalThis as Holder)[HANDOVER]?.processes.runDirectory
}
