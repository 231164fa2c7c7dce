/**
 * The counters of one task, in an order that is also their place in shared memory: the slot's thread adds, the TaskManager's
 * main thread reads, also while the slot is deep in a batch. Times are milliseconds; all are totals since the task started.
 *
 * The chain's ledger balances: recordsIn = recordsOut + recordsCombined + recordsFiltered + recordsBad, where an operator
 * that makes several records of one counts the difference as `recordsExpanded` on the left side.
 */
export const TASK_COUNTERS = [
  'recordsIn',
  'bytesIn',
  'recordsOut',
  'bytesOut',
  'recordsFiltered',
  'recordsBad',
  'recordsCombined',
  'recordsExpanded',
  /** Records a source made from outside input, records a sink handed to the outside. */
  'sourceRecords',
  'sourceBytes',
  'sinkRecords',
  'sinkBytes',
  'invalidUtf8',
  /** Busy: working, or able to and waiting for the slot's thread. */
  'busyMs',
  'idleMs',
  'backPressuredMs',
  /** Of the busy time, that in which the task had the slot's thread. The tasks of a slot never have it at once. */
  'activeMs',
  /** Time spent serialising, sending, receiving and deserialising what this task exchanges. */
  'transferMs',
  'batchesIn',
  'batchesOut',
  'spilledBytes',
  'managedMemoryBytes',
  'inputBuffersUsed',
  'inputBuffersTotal',
  'outputBuffersUsed',
  'outputBuffersTotal',
  /** Sources: bytes of bounded input done; the total is known to the JobMaster. */
  'progressBytes',
  'progressSplits',
  /** 1 for a task that left input unread because nobody wanted more of it. */
  'endedEarly',
] as const

export type TaskCounter = (typeof TASK_COUNTERS)[number]

export type TaskMetricsSnapshot = Readonly<Record<TaskCounter, number>>

const INDEX = Object.fromEntries(TASK_COUNTERS.map((name, index) => [name, index])) as Record<TaskCounter, number>

/** Bytes of one task's block of counters. */
export const TASK_METRICS_BYTES = TASK_COUNTERS.length * Float64Array.BYTES_PER_ELEMENT

/** One task's block of counters in a slot's shared memory. */
export class TaskMetrics {
  private readonly cells: Float64Array

  constructor(memory: SharedArrayBuffer | ArrayBuffer = new ArrayBuffer(TASK_METRICS_BYTES), blockIndex = 0) {
    this.cells = new Float64Array(memory, blockIndex * TASK_METRICS_BYTES, TASK_COUNTERS.length)
  }

  add(counter: TaskCounter, amount: number): void {
    this.cells[INDEX[counter]] += amount
  }

  set(counter: TaskCounter, value: number): void {
    this.cells[INDEX[counter]] = value
  }

  get(counter: TaskCounter): number {
    return this.cells[INDEX[counter]]
  }

  /** Back to zero, before a block is used by another task. */
  clear(): void {
    this.cells.fill(0)
  }

  snapshot(): TaskMetricsSnapshot {
    const copy = {} as Record<TaskCounter, number>
    for (let i = 0; i < TASK_COUNTERS.length; i++) copy[TASK_COUNTERS[i]] = this.cells[i]
    return copy
  }
}

/** The sum of several tasks' counters, e.g. of a vertex's subtasks. */
export function sumTaskMetrics(snapshots: readonly TaskMetricsSnapshot[]): TaskMetricsSnapshot {
  const sum = new TaskMetrics()
  for (const snapshot of snapshots) for (const name of TASK_COUNTERS) sum.add(name, snapshot[name])
  return sum.snapshot()
}
