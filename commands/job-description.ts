import type {ProgramJob, WorksOn} from '../src/api/index.js'
import {type Configuration, OPTIONS} from '../src/config/index.js'
import {type JobGraphSpec, jobPlan, networkSegmentsPerSlot, type PlanNode, slotsRequired} from '../src/graph/index.js'
import {divideMemory, type MemoryDivision} from '../src/memory/index.js'
import type {Operator} from '../src/operators/index.js'
import {NodeTimers} from '../src/platform/index.js'

/** An operator of a job, as `fts info` shows it. */
export interface DescribedOperator {
  readonly node: PlanNode
  readonly worksOn: WorksOn
}

/** What can be said of a job before it runs. */
export interface JobDescription {
  readonly graph: JobGraphSpec
  readonly operators: readonly DescribedOperator[]
  readonly numTaskManagers: number
  readonly slotsPerTaskManager: number
  readonly memory: MemoryDivision
  /** Network segments that the fullest slot needs. */
  readonly networkSegments: number
  readonly sinks: readonly {readonly name: string; readonly guarantee: string}[]
  /** Sentences. */
  readonly warnings: readonly string[]
}

/** Looks at a job that a program built. Nothing is opened or run. Errors: `user` FTS_MEMORY_TOO_SMALL. */
export function describeJob(job: ProgramJob, graph: JobGraphSpec): JobDescription {
  const {configuration} = job
  const plan = jobPlan(graph)
  const instances = operatorsOf(job, plan)
  const numTaskManagers = configuration.get(OPTIONS.numTaskManagers)
  const slots =
    configuration.get(OPTIONS.slotsPerTaskManager) || Math.ceil(slotsRequired(graph).total / numTaskManagers)
  return {
    graph,
    operators: plan.map((node) => ({node, worksOn: job.worksOn.get(node.operator.operatorId) ?? 'records'})),
    numTaskManagers,
    slotsPerTaskManager: slots,
    memory: divideMemory(configuration, {slots}),
    networkSegments: networkSegmentsPerSlot(graph, configuration.get(OPTIONS.buffersPerChannel)),
    sinks: plan
      .filter(({pact}) => pact === 'Data Sink')
      .map((node) => ({name: node.operator.name, guarantee: guaranteeOf(node, instances.get(node))})),
    warnings: [...growthWarnings(job, plan, instances), ...slotWarnings(graph, configuration)],
  }
}

type Instances = ReadonlyMap<PlanNode, Operator>

/** The program's own operators, made but not opened. */
function operatorsOf(job: ProgramJob, plan: readonly PlanNode[]): Instances {
  const {makeOperator} = job.functions({timers: new NodeTimers(), collectAddress: 'nowhere'})
  const made = plan.flatMap((node) => {
    const instance = makeOperator(node.operator.operatorId, node.operator.config)
    return instance?.kind === 'operator' ? [[node, instance.operator] as const] : []
  })
  return new Map(made)
}

function growthWarnings({openSources}: ProgramJob, plan: readonly PlanNode[], instances: Instances): string[] {
  const open = new Set(plan.filter((node) => isOpen(node, openSources)).map(({id}) => id))
  for (const {id, predecessors} of plan) if (predecessors.some((edge) => open.has(edge.id))) open.add(id)
  return plan
    .filter(({id}) => open.has(id))
    .flatMap((node) =>
      (instances.get(node)?.stateGrowth?.() ?? []).map(
        ({what, growsWith}) =>
          `"${node.operator.name}" keeps ${what}: it grows with the number of ${growsWith}, and its input does not end by itself`,
      ),
    )
}

/** A source that may go on for ever; a pipe on standard input may. */
function isOpen({operator, vertex, pact}: PlanNode, openSources: ReadonlySet<string>): boolean {
  if (pact !== 'Data Source') return false
  return openSources.has(operator.operatorId) || vertex.input?.kind === 'socket' || vertex.input?.kind === 'stdin'
}

function slotWarnings(graph: JobGraphSpec, configuration: Configuration): string[] {
  const slots = configuration.get(OPTIONS.slotsPerTaskManager) * configuration.get(OPTIONS.numTaskManagers)
  const {total} = slotsRequired(graph)
  return slots === 0 || slots >= total ? [] : [`the job needs ${total} slots and gets ${slots}: it would be refused`]
}

const TARGETS: Readonly<Record<string, string>> = {
  stdout: 'at least once: what was printed stays printed',
  stderr: 'at least once: what was printed stays printed',
  socket: 'at least once: what was sent stays sent',
  file: 'exactly once: the file appears when the job has ended well',
}

function guaranteeOf({operator}: PlanNode, instance: Operator | undefined): string {
  const target = (operator.config as {target?: {kind?: string}} | null)?.target?.kind
  if (target !== undefined && Object.hasOwn(TARGETS, target)) return TARGETS[target]
  return instance?.guarantee ?? 'at least once'
}
