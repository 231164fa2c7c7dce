import type {ExecutionGraphPlan, InputGatePlan, SubtaskPlan} from './execution-graph-plan.js'

/** Subtasks joined by pipelined exchanges: they are scheduled, and later restarted, together. */
export interface PipelinedRegion {
  /** Its place in the result of `pipelinedRegions`. */
  readonly index: number
  readonly subtasks: readonly SubtaskPlan[]
  /** Regions whose blocking results this one reads: they finish before it starts. */
  readonly consumes: readonly number[]
}

/**
 * The regions of a job, producers before consumers; each subtask is in exactly one. Two regions that read blocking results
 * of each other are one: neither could start first.
 *
 * Source   Flink 2.3 SchedulingPipelinedRegionComputeUtil.
 */
export function pipelinedRegions(plan: ExecutionGraphPlan): readonly PipelinedRegion[] {
  const parents = plan.subtasks.map((_, index) => index)
  forEachInput(plan, (subtask, gate, producer) => {
    if (typeOf(plan, gate, producer) !== 'BLOCKING') join(parents, subtask.index, producer)
  })
  while (joinOneCycle(parents, consumedBy(plan, parents)));
  return numbered(plan, parents)
}

function forEachInput(
  plan: ExecutionGraphPlan,
  visit: (subtask: SubtaskPlan, gate: InputGatePlan, producer: number) => void,
): void {
  for (const subtask of plan.subtasks) {
    for (const gate of subtask.inputGates) for (const {producer} of gate.channels) visit(subtask, gate, producer)
  }
}

function typeOf(plan: ExecutionGraphPlan, gate: InputGatePlan, producer: number): string | undefined {
  return plan.subtasks[producer].resultPartitions.find((one) => one.dataSetId === gate.edge.dataSetId)?.type
}

function rootOf(parents: number[], index: number): number {
  let root = index
  while (parents[root] !== root) root = parents[root]
  for (let at = index; at !== root; ) {
    const next = parents[at]
    parents[at] = root
    at = next
  }
  return root
}

/** The lower index stays the root, so that a region is known by its first subtask. */
function join(parents: number[], a: number, b: number): void {
  const [rootA, rootB] = [rootOf(parents, a), rootOf(parents, b)]
  parents[Math.max(rootA, rootB)] = Math.min(rootA, rootB)
}

/** Which regions (by root) read blocking results of which others. */
function consumedBy(plan: ExecutionGraphPlan, parents: number[]): Map<number, Set<number>> {
  const consumes = new Map<number, Set<number>>(plan.subtasks.map(({index}) => [rootOf(parents, index), new Set()]))
  forEachInput(plan, (subtask, _gate, producer) => {
    const [consumer, source] = [rootOf(parents, subtask.index), rootOf(parents, producer)]
    if (consumer !== source) consumes.get(consumer)!.add(source)
  })
  return consumes
}

function joinOneCycle(parents: number[], consumes: ReadonlyMap<number, ReadonlySet<number>>): boolean {
  const done = new Set<number>()
  for (const root of consumes.keys()) {
    const cycle = findCycle(root, consumes, done, [])
    if (cycle === undefined) continue
    for (const other of cycle) join(parents, cycle[0], other)
    return true
  }
  return false
}

function findCycle(
  root: number,
  consumes: ReadonlyMap<number, ReadonlySet<number>>,
  done: Set<number>,
  path: readonly number[],
): readonly number[] | undefined {
  if (path.includes(root)) return path.slice(path.indexOf(root))
  if (done.has(root)) return undefined
  for (const next of consumes.get(root)!) {
    const cycle = findCycle(next, consumes, done, [...path, root])
    if (cycle !== undefined) return cycle
  }
  done.add(root)
  return undefined
}

function numbered(plan: ExecutionGraphPlan, parents: number[]): PipelinedRegion[] {
  const consumes = consumedBy(plan, parents)
  const order = inOrder(consumes)
  const indexOf = new Map(order.map((root, index) => [root, index]))
  return order.map((root, index) => ({
    index,
    subtasks: plan.subtasks.filter((subtask) => rootOf(parents, subtask.index) === root),
    consumes: [...consumes.get(root)!].map((other) => indexOf.get(other)!).sort((a, b) => a - b),
  }))
}

function inOrder(consumes: ReadonlyMap<number, ReadonlySet<number>>): readonly number[] {
  const order = new Set<number>()
  const visit = (root: number): void => {
    if (order.has(root)) return
    for (const before of consumes.get(root)!) visit(before)
    order.add(root)
  }
  for (const root of consumes.keys()) visit(root)
  return [...order]
}
