import {
  type EdgeView,
  type JobView,
  type RatesView,
  type SubtaskView,
  sumTaskMetrics,
  type TaskManagerView,
  TaskMetrics,
  type TaskMetricsSnapshot,
  type VertexView,
} from '../../src/metrics/index.js'

/** Counters that are zero but for these. */
export function counters(given: Partial<TaskMetricsSnapshot>): TaskMetricsSnapshot {
  return {...new TaskMetrics().snapshot(), ...given}
}

/** Rates that are zero but for these. */
export function rates(given: Partial<RatesView>): RatesView {
  return {
    recordsInPerSecond: 0,
    recordsOutPerSecond: 0,
    bytesInPerSecond: 0,
    bytesOutPerSecond: 0,
    busyShare: 0,
    idleShare: 0,
    backPressuredShare: 0,
    ...given,
  }
}

/** A running vertex whose subtasks all have these rates and counters, subtask i in slot i. */
export function vertex(
  id: string,
  given: Partial<VertexView> & {readonly metrics?: Partial<TaskMetricsSnapshot>} = {},
): VertexView {
  const {metrics = {}, ...rest} = given
  const parallelism = rest.parallelism ?? 2
  const state = rest.state ?? 'RUNNING'
  const shown = rest.rates ?? rates({})
  const subtasks = Array.from(
    {length: parallelism},
    (_, subtaskIndex): SubtaskView => ({
      subtaskIndex,
      attempt: 0,
      state,
      taskManagerId: 'tm-1',
      slotIndex: subtaskIndex,
      metrics: counters(metrics),
      rates: shown,
    }),
  )
  return {
    vertexId: id,
    name: id,
    parallelism,
    slotSharingGroup: 'default',
    state,
    subtasks,
    totals: sumTaskMetrics((rest.subtasks ?? subtasks).map((subtask) => subtask.metrics)),
    rates: shown,
    ...rest,
  }
}

export function edge(source: string, target: string, shipStrategy = 'HASH'): EdgeView {
  return {source, target, shipStrategy}
}

const MIB = 1024 * 1024

export function taskManager(given: Partial<TaskManagerView> = {}): TaskManagerView {
  return {
    taskManagerId: 'tm-1',
    pid: 4711,
    alive: true,
    startup: [
      {name: 'argument parsing', durationMs: 0.4},
      {name: 'service registration', durationMs: 12},
      {name: 'slot initialisation', durationMs: 21.6},
    ],
    memoryBudgetBytes: 512 * MIB,
    managedBudgetBytes: 200 * MIB,
    networkBudgetBytes: 51 * MIB,
    rssBytes: 128 * MIB,
    heapUsedBytes: 45 * MIB,
    managedUsedBytes: 12 * MIB,
    networkBuffersUsed: 120,
    networkBuffersTotal: 512,
    cpuMs: 1234,
    slots: [],
    ...given,
  }
}

export function jobView(given: Partial<JobView> = {}): JobView {
  return {
    jobId: 'a1'.repeat(16),
    name: 'word count',
    mode: 'batch',
    status: 'RUNNING',
    startedAtMs: 0,
    durationMs: 4000,
    vertices: [],
    edges: [],
    taskManagers: [],
    ...given,
  }
}

/** A word count in the middle of its run: two slots, the counting holds the source up. */
export function wordCountView(given: Partial<JobView> = {}): JobView {
  const lines = vertex('lines', {
    name: 'Source: lines -> words -> local count',
    rates: rates({
      recordsInPerSecond: 1_250_000,
      bytesInPerSecond: 82 * MIB,
      recordsOutPerSecond: 48_000,
      bytesOutPerSecond: 900 * 1024,
      busyShare: 0.24,
      idleShare: 0.05,
      backPressuredShare: 0.71,
    }),
    metrics: {sourceRecords: 2_500_000, sourceBytes: 164 * MIB, recordsOut: 96_000, bytesOut: 1800 * 1024},
  })
  const count = vertex('count', {
    name: 'count -> out: Writer',
    rates: rates({recordsInPerSecond: 47_000, bytesInPerSecond: 880 * 1024, busyShare: 0.94, idleShare: 0.06}),
    metrics: {
      recordsIn: 94_000,
      bytesIn: 1760 * 1024,
      recordsCombined: 90_000,
      inputBuffersUsed: 30,
      inputBuffersTotal: 64,
      managedMemoryBytes: 6 * MIB,
    },
  })
  const tasks = (subtaskIndex: number) =>
    [lines, count].map(({vertexId, name, state}) => ({vertexId, vertexName: name, subtaskIndex, state}))
  const slots = [0, 1].map((slotIndex) => ({slotIndex, state: 'allocated' as const, tasks: tasks(slotIndex)}))
  return jobView({
    vertices: [lines, count],
    edges: [edge('lines', 'count')],
    taskManagers: [taskManager({slots: [...slots, {slotIndex: 2, state: 'free', tasks: []}]})],
    progress: {doneBytes: 328 * MIB, totalBytes: 1024 * MIB},
    ...given,
  })
}
