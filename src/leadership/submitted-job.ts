import type {JobId, Split} from '../core/index.js'
import type {JobGraphSpec} from '../graph/index.js'
import type {FailureView, JobResult} from '../metrics/index.js'
import type {Disk} from '../platform/index.js'
import {latestState} from './file-leadership.js'
import {stateDamaged} from './leadership-errors.js'

/** What a JobManager that takes a job over must know of it: the state of its leaders. Paths are absolute. */
export interface JobRecord {
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number
  /** Attempts of tasks count up with it. */
  readonly restarts: number
  /** Newest first. */
  readonly failures: readonly FailureView[]
  /** Completed checkpoints that are retained, oldest first; the last may be the savepoint with which the job was about to stop. */
  readonly checkpoints: readonly {readonly checkpointId: number; readonly folder: string}[]
  /** Inputs that cannot be read twice and whose journals are kept. */
  readonly journaled: readonly Split[]
  /** It has ended: it is not run again. */
  readonly result?: JobResult
}

/** A job that a command has submitted, as it lies in the storage folder. */
export interface SubmittedJob {
  readonly folder: string
  readonly graph: JobGraphSpec
  /** Undefined: no leader has decided anything yet. */
  readonly record: JobRecord | undefined
}

const GRAPH_FILE = 'graph.json'

/** The job that a command before has left here; undefined: there is none. Errors: `user` FTS_LEADERSHIP_DAMAGED. */
export async function findSubmittedJob(disk: Disk, storage: string): Promise<SubmittedJob | undefined> {
  const names = ((await disk.list(storage)) ?? []).filter(({name, isFolder}) => isFolder && /^[0-9a-f]{32}$/.test(name))
  for (const {name} of names) {
    const folder = `${storage}/${name}`
    const graph = await readGraph(disk, folder)
    if (graph !== undefined) return {folder, graph, record: (await latestState(disk, folder)).state as JobRecord}
  }
  return undefined
}

/** Written by the command that submits the job, before there is a leader. Errors: the system's. */
export async function writeGraph(disk: Disk, storage: string, graph: JobGraphSpec): Promise<string> {
  const folder = jobStorage(storage, graph.jobId)
  await disk.makeFolder(folder)
  const temporary = `${folder}/.${GRAPH_FILE}.part`
  await disk.remove(temporary)
  const file = await disk.create(temporary)
  try {
    await file.append(Buffer.from(JSON.stringify(graph)))
    await file.sync()
  } finally {
    await file.close()
  }
  await disk.rename(temporary, `${folder}/${GRAPH_FILE}`)
  await disk.syncFolder(folder)
  await disk.syncFolder(storage)
  return folder
}

export async function readGraph(disk: Disk, folder: string): Promise<JobGraphSpec | undefined> {
  const path = `${folder}/${GRAPH_FILE}`
  const bytes = await disk.read(path)
  if (bytes === undefined) return undefined
  try {
    return JSON.parse(Buffer.from(bytes).toString()) as JobGraphSpec
  } catch (error) {
    throw stateDamaged(path, error)
  }
}

/** The job's folder below that of the command. */
export function jobStorage(storage: string, jobId: JobId): string {
  return `${storage}/${jobId}`
}

/** Removes what is remembered of a job; checkpoints that lie below stay, if they are retained. The graph goes first: without it there is no job. */
export async function removeSubmittedJob(disk: Disk, {folder}: {readonly folder: string}): Promise<void> {
  await disk.remove(`${folder}/${GRAPH_FILE}`)
  for (const {name, isFolder} of (await disk.list(folder)) ?? []) if (!isFolder) await disk.remove(`${folder}/${name}`)
  for (const {name, isFolder} of (await disk.list(folder)) ?? [])
    if (isFolder && ((await disk.list(`${folder}/${name}`)) ?? []).length === 0) await disk.remove(`${folder}/${name}`)
  if (((await disk.list(folder)) ?? []).length === 0) await disk.remove(folder)
}
