import type {ProgramFunctions} from '../api/index.js'
import type {
  OperatorContext,
  OperatorInstance,
  OperatorRegistry,
  OperatorSnapshot,
  Output,
  SnapshotRequest,
} from '../operators/index.js'
import type {SimSite} from './sim-site.js'

/** A program's functions whose operators are watched: see `watched`. */
export function watchedFunctions(functions: ProgramFunctions, site: SimSite): ProgramFunctions {
  return {
    ...functions,
    makeOperator: (operatorId, config) => {
      site.making.operatorId = operatorId
      const made = functions.makeOperator(operatorId, config)
      return made === undefined ? undefined : watched(made, site)
    },
  }
}

/** The same of built-in operators. Sources of text give a few lines at once, so that a checkpoint comes in the middle of a small input. */
export function watchedRegistry(registry: OperatorRegistry, site: SimSite): OperatorRegistry {
  const entries = [...registry].map(([name, factory]) => {
    const isText = name.startsWith('source.')
    const small = {blockSizeBytes: site.pace.batchBytes}
    return [
      name,
      (config: unknown) => watched(factory(isText ? {...(config as object), ...small} : config), site),
    ] as const
  })
  return new Map(entries)
}

/** What the simulation replaces on an operator: its own property of the object, in front of the class's method. */
interface Watched {
  open(context: OperatorContext, output: Output): void
  snapshotState?(request: SnapshotRequest): OperatorSnapshot
  checkpointCompleted?(checkpointId: number): void
}

/** The operator itself; it says when it snapshots and when it commits, and shows what it emits to whoever taps. */
function watched(instance: OperatorInstance, {steps, tap}: SimSite): OperatorInstance {
  const operator: Watched = instance.kind === 'source' ? instance.source : instance.operator
  const {open, snapshotState, checkpointCompleted} = operator
  let context: OperatorContext
  const where = () =>
    `${context.displayName ?? context.operatorName} (${context.subtaskIndex + 1}/${context.parallelism})`
  operator.open = (of, output) => {
    context = of
    open.call(operator, of, tap?.opened(of, output) ?? output)
  }
  if (snapshotState !== undefined || tap !== undefined)
    operator.snapshotState = (request) => {
      if (snapshotState !== undefined) steps.add({what: 'snapshot', where: where()})
      const snapshot = snapshotState?.call(operator, request) ?? {}
      tap?.snapshot(context, request, snapshot)
      return snapshot
    }
  if (checkpointCompleted !== undefined)
    operator.checkpointCompleted = (checkpointId) => {
      steps.add({what: 'commit', where: where()})
      checkpointCompleted.call(operator, checkpointId)
    }
  return instance
}
