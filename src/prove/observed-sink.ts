import {recordText, type Sink, type SinkObject, type SinkWriter} from '../connectors/index.js'
import type {Guarantee} from './outcome.js'

/** Who hears what a program's own sink does. */
export interface SinkObserver {
  /** First of all, each time the sink is made. */
  declare(guarantee: Guarantee): void
  /** These records are out, for good. */
  committed(records: readonly string[]): void
  /** `commit` was called for these again: it must do nothing then. */
  committedAgain(): void
}

/** What travels in a checkpoint in place of the sink's own: with it the records that it stands for. */
interface Carried {
  readonly own: unknown
  readonly id: string
  readonly records: readonly string[]
}

/**
 * A program's sink that is watched. Of one that commits in two phases, the records written up to `prepareCommit` belong to what it answers, and are
 * out when that is committed; those that wait in the writer belong to its state. Of any other, a record is out when it is written.
 */
export function observedSink<T>(sink: Sink<T>, observer: SinkObserver, committedIds: Set<string>): Sink<T> {
  const object: SinkObject<T> = typeof sink === 'function' ? {createWriter: () => ({write: sink})} : sink
  const isTwoPhase = object.createCommitter !== undefined
  observer.declare(isTwoPhase ? 'exactly once' : 'at least once')
  observed += 1
  const sinkId = observed
  let count = 0
  const newId = () => `${sinkId}-${count++}`
  const {maxInFlight} = object
  return {
    ...(maxInFlight === undefined ? {} : {maxInFlight}),
    createWriter: async (context) => {
      const carried = context.restoredStates as readonly Carried[]
      const restoredStates = carried.map(({own}) => own)
      const writer = await object.createWriter({...context, restoredStates})
      const waiting = carried.flatMap(({records}) => records)
      return isTwoPhase ? twoPhaseWriter(writer, {waiting, newId}) : plainWriter(writer, observer)
    },
    ...(object.createCommitter === undefined
      ? {}
      : {createCommitter: () => observedCommitter(object, observer, committedIds)}),
  }
}

/** Sinks that were ever made: ids of committables differ between all of them. */
let observed = 0

function plainWriter<T>(writer: SinkWriter<T>, observer: SinkObserver): SinkWriter<T> {
  const wrapped = passedOn(writer)
  wrapped.write = (value, context) => {
    observer.committed([recordText(value)])
    return writer.write(value, context)
  }
  if (writer.writeBatch !== undefined)
    wrapped.writeBatch = (values) => {
      observer.committed(values.map((value) => recordText(value)))
      return writer.writeBatch!(values)
    }
  if (writer.snapshotState !== undefined)
    wrapped.snapshotState = (id) => [...writer.snapshotState!(id)].map((own): Carried => ({own, id: '', records: []}))
  return wrapped
}

function twoPhaseWriter<T>(
  writer: SinkWriter<T>,
  of: {readonly waiting: readonly string[]; newId(): string},
): SinkWriter<T> {
  const wrapped = passedOn(writer)
  let waiting = [...of.waiting]
  const carried = (own: readonly unknown[]): Carried[] => {
    if (own.length === 0) return []
    const records = waiting
    return own.map((one, index) => ({own: one, id: of.newId(), records: index === 0 ? records : []}))
  }
  wrapped.write = (value, context) => {
    waiting.push(recordText(value))
    return writer.write(value, context)
  }
  if (writer.writeBatch !== undefined)
    wrapped.writeBatch = (values) => {
      waiting.push(...values.map((value) => recordText(value)))
      return writer.writeBatch!(values)
    }
  if (writer.prepareCommit !== undefined)
    wrapped.prepareCommit = async () => {
      const committables = carried([...(await writer.prepareCommit!())])
      if (committables.length > 0) waiting = []
      return committables
    }
  if (writer.snapshotState !== undefined) wrapped.snapshotState = (id) => carried([...writer.snapshotState!(id)])
  return wrapped
}

async function observedCommitter<T>(object: SinkObject<T>, observer: SinkObserver, committedIds: Set<string>) {
  const committer = await object.createCommitter!()
  return {
    commit: async (committables: readonly unknown[]) => {
      const carried = committables as readonly Carried[]
      await committer.commit(carried.map(({own}) => own))
      for (const {id, records} of carried) {
        if (committedIds.has(id)) observer.committedAgain()
        else observer.committed(records)
        committedIds.add(id)
      }
    },
    close: () => committer.close?.(),
  }
}

function passedOn<T>(writer: SinkWriter<T>): SinkWriter<T> & {-readonly [K in keyof SinkWriter<T>]: SinkWriter<T>[K]} {
  return {
    write: () => undefined,
    ...(writer.flush === undefined ? {} : {flush: (end: boolean) => writer.flush!(end)}),
    ...(writer.close === undefined ? {} : {close: () => writer.close!()}),
  }
}
