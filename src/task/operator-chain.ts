import type {Batch} from '../columns/index.js'
import {assert, type ControlElement, FtsError, MAX_TIMESTAMP_MS, type OperatorId} from '../core/index.js'
import {type ChainedOperatorSpec, type ChainOutput, USER_FACTORY} from '../graph/index.js'
import type {TaskMetrics} from '../metrics/index.js'
import type {
  Operator,
  OperatorContext,
  OperatorInstance,
  OperatorRegistry,
  OperatorSnapshot,
  SnapshotRequest,
  Snapshotting,
  SourceOperator,
} from '../operators/index.js'
import type {ResultPartition} from '../shuffle/index.js'
import {ChainNode} from './chain-node.js'
import type {JobFunctions} from './contract.js'
import {ChainedOutput, FanOutOutput, NoOutput, PartitionOutput, TaggedOutput, type TaskOutput} from './outputs.js'

export interface OperatorChainParts {
  readonly specs: readonly ChainedOperatorSpec[]
  readonly registry: OperatorRegistry
  /** What the job's own program contributes; absent for jobs of built-in operators only. */
  readonly functions: JobFunctions | undefined
  readonly metrics: TaskMetrics
  readonly partitions: readonly ResultPartition[]
  contextOf(spec: ChainedOperatorSpec): OperatorContext
}

/** What one operator of the chain has said at a barrier. */
export interface ChainSnapshot {
  readonly operatorId: OperatorId
  readonly snapshot: OperatorSnapshot
}

/** An operator of the chain before it is wired, with the spec it was made from and where its results go. */
interface Made {
  readonly spec: ChainedOperatorSpec
  readonly operator: Operator
  readonly outputs: readonly ChainOutput[]
}

/**
 * The operators of one task, wired to each other and to the task's result partitions.
 *
 * The head gets the task's input; what follows is called synchronously. Neighbours that can work in one pass
 * (`Operator.fuseWith`) are fused while the chain is built.
 *
 *   head ─▶ node ─▶ node ─▶ partition          a node may have several outputs: the chain is a tree
 */
export class OperatorChain {
  readonly source: SourceOperator | undefined
  /** In chain order, the source excluded. */
  private readonly nodes: ChainNode[] = []
  private readonly headOutput: TaskOutput
  private readonly contexts: (() => void)[] = []
  private finishing = 0
  /** Nodes whose `prepareSnapshot` is done, of the snapshot under way; the source counts as the first. */
  private prepared = 0
  private sourceTimeEnded = false

  constructor(private readonly parts: OperatorChainParts) {
    const made = new Map<number, Made>()
    let source: SourceOperator | undefined
    parts.specs.forEach((spec, index) => {
      const instance = makeOperator(parts, spec)
      if (instance.kind === 'source') source = instance.source
      else made.set(index, {spec, operator: instance.operator, outputs: spec.outputs})
    })
    fuseNeighbours(made)
    const wired = this.wire(made)
    this.source = source
    const first = parts.specs[0]
    this.headOutput = source === undefined ? headOf(wired, parts.metrics) : this.outputOf(first.outputs, wired)
    if (source !== undefined) {
      const head = source
      this.contexts.push(() => head.open(parts.contextOf(first), this.headOutput))
    }
  }

  /** Opens the last operator first, so that each finds its successors open. */
  open(): void {
    for (const openOne of this.contexts) openOne()
  }

  process(batch: Batch, inputIndex: number, channel: number): void {
    this.head.process(batch, inputIndex, channel)
  }

  processControl(element: ControlElement, inputIndex: number, channel: number): void {
    this.head.processControl(element, inputIndex, channel)
  }

  channelFinished(inputIndex: number, channel: number): void {
    this.head.channelFinished(inputIndex, channel)
  }

  /** The channel the head wants to read next, or -1 for any. */
  selectChannel(): number {
    return this.source === undefined ? (this.head.operator.selectChannel?.() ?? -1) : -1
  }

  /** The head chooses which channel it reads. */
  get readsInOrder(): boolean {
    return this.source === undefined && this.head.operator.selectChannel !== undefined
  }

  /** Goes on with what operators have left to say, last first; true when the chain takes input. */
  tryDrain(): boolean {
    for (let i = this.nodes.length - 1; i >= 0; i--) if (!this.nodes[i].tryDrain()) return false
    return true
  }

  hasRoom(): boolean {
    return this.headOutput.hasRoom()
  }

  /** Nothing the chain would still take in is wanted by anybody. */
  hasEnough(): boolean {
    return this.headOutput.hasEnough()
  }

  /** An operator wants nothing to be read for now. */
  pausesInput(): boolean {
    for (const {operator} of this.nodes) if (operator.pausesInput?.() === true) return true
    return false
  }

  /** Ends the operators' input in chain order; true when all have finished. Call again while false. */
  tryFinish(): boolean {
    this.endSourceTime()
    while (this.finishing < this.nodes.length) {
      if (!this.tryDrain()) return false
      if (!this.nodes[this.finishing].tryFinish()) return false
      this.finishing += 1
    }
    return this.tryDrain()
  }

  /** Everything that must go before a barrier has gone, and nothing drains; call again while false. */
  tryPrepareSnapshot(checkpointId: number): boolean {
    const prepare = [() => this.source?.prepareSnapshot?.(checkpointId) ?? true]
    for (const node of this.nodes) prepare.push(() => node.tryPrepareSnapshot(checkpointId))
    for (; this.prepared < prepare.length; this.prepared++) {
      if (!this.tryDrain() || !prepare[this.prepared]()) return false
    }
    if (!this.tryDrain()) return false
    this.prepared = 0
    return true
  }

  /** The snapshot under way is given up. */
  forgetPrepared(): void {
    this.prepared = 0
  }

  /** What each operator that has state says of itself now. */
  snapshotState(request: SnapshotRequest): readonly ChainSnapshot[] {
    const parts = this.stateful().map(({operatorId, part}) => {
      const snapshot = part.snapshotState?.(request)
      return snapshot === undefined || (snapshot.keyed ?? snapshot.lists) === undefined ? [] : [{operatorId, snapshot}]
    })
    return parts.flat()
  }

  checkpointCompleted(checkpointId: number): void {
    for (const {part} of this.stateful()) part.checkpointCompleted?.(checkpointId)
  }

  checkpointAborted(checkpointId: number): void {
    for (const {part} of this.stateful()) part.checkpointAborted?.(checkpointId)
  }

  /** Results of an operator go out with the next completed checkpoint only. */
  awaitsCheckpoint(): boolean {
    return this.stateful().some(({part}) => part.awaitsCheckpoint?.() === true)
  }

  /** Closes every operator, also when one of them throws; answers the first error. */
  close(): unknown {
    let firstError: unknown
    const closers = [this.source, ...this.nodes.map((node) => node.operator)]
    for (const closer of closers) {
      try {
        closer?.close()
      } catch (error) {
        firstError ??= error
      }
    }
    return firstError
  }

  /** A source that has ended is at the end of event time. (Of other inputs the valves say so.) */
  private endSourceTime(): void {
    if (this.source === undefined || this.sourceTimeEnded) return
    this.sourceTimeEnded = true
    this.headOutput.emitControl({kind: 'watermark', timestampMs: MAX_TIMESTAMP_MS})
  }

  private stateful(): readonly {readonly operatorId: OperatorId; readonly part: Snapshotting}[] {
    const nodes = this.nodes.map(({operatorId, operator}) => ({operatorId, part: operator}))
    const {source} = this
    return source === undefined ? nodes : [{operatorId: this.parts.specs[0].operatorId, part: source}, ...nodes]
  }

  private get head(): ChainNode {
    return this.nodes[0]
  }

  /** Builds nodes from the tail, so that an output always finds the node it leads to. */
  private wire(made: ReadonlyMap<number, Made>): ReadonlyMap<number, ChainNode> {
    const wired = new Map<number, ChainNode>()
    for (const [index, {spec, operator, outputs}] of [...made].sort(([a], [b]) => b - a)) {
      const output = this.outputOf(outputs, wired)
      const node = new ChainNode(spec.name, operator, output, spec.operatorId)
      this.contexts.push(() => {
        operator.open(wakingNode(this.parts.contextOf(spec), node), output)
        node.noteOpened()
      })
      this.nodes.unshift(node)
      wired.set(index, node)
    }
    return wired
  }

  private outputOf(outputs: readonly ChainOutput[], wired: ReadonlyMap<number, ChainNode>): TaskOutput {
    const main = this.fanOut(
      outputs.filter(({outputTag}) => outputTag === undefined),
      wired,
    )
    const tags = new Set(outputs.flatMap(({outputTag}) => outputTag ?? []))
    if (tags.size === 0) return main
    const readers = (tag: string) => outputs.filter(({outputTag}) => outputTag === tag)
    return new TaggedOutput(
      main,
      new Map([...tags].map((tag) => [tag, this.fanOut(readers(tag), wired)])),
      this.parts.metrics,
    )
  }

  private fanOut(outputs: readonly ChainOutput[], wired: ReadonlyMap<number, ChainNode>): TaskOutput {
    const {metrics} = this.parts
    if (outputs.length === 0) return new NoOutput(metrics)
    const made = outputs.map((output) => this.oneOutput(output, wired))
    return made.length === 1 ? made[0] : new FanOutOutput(made, metrics)
  }

  private oneOutput(output: ChainOutput, wired: ReadonlyMap<number, ChainNode>): TaskOutput {
    const {metrics} = this.parts
    if (output.kind === 'partition') return new PartitionOutput(this.parts.partitions[output.partitionIndex], metrics)
    const next = wired.get(output.operatorIndex)
    assert(next !== undefined, 'a chained output leads to a later operator of its chain', {to: output.operatorIndex})
    return new ChainedOutput(next, output.inputIndex, metrics)
  }
}

/** What wakes an operator also has its `drain` asked. */
function wakingNode(context: OperatorContext, node: ChainNode): OperatorContext {
  const wake = () => {
    node.noteWake()
    context.wake()
  }
  return {...context, wake}
}

function headOf(wired: ReadonlyMap<number, ChainNode>, metrics: TaskMetrics): TaskOutput {
  const head = wired.get(0)
  assert(head !== undefined, 'a chain without a source begins with an operator')
  return new ChainedOutput(head, 0, metrics)
}

function makeOperator({registry, functions}: OperatorChainParts, spec: ChainedOperatorSpec): OperatorInstance {
  const factory = registry.get(spec.factory)
  if (factory !== undefined) return factory(spec.config)
  const made = spec.factory === USER_FACTORY ? functions?.makeOperator(spec.operatorId, spec.config) : undefined
  if (made !== undefined) return made
  throw new FtsError(
    'fatal',
    'FTS_UNKNOWN_OPERATOR',
    `operator "${spec.name}" needs the factory "${spec.factory}", which this slot does not have`,
    {operator: spec.name, factory: spec.factory},
  )
}

/** Replaces an operator and its only successor, or its only two, by the operator that does all, where they offer one. */
function fuseNeighbours(made: Map<number, Made>): void {
  for (const [index, one] of [...made].sort(([a], [b]) => a - b)) {
    if (!made.has(index)) continue
    const nextIndex = onlySuccessor(one, made)
    const next = nextIndex === undefined ? undefined : made.get(nextIndex)
    if (nextIndex === undefined || next === undefined) continue
    const lastIndex = onlySuccessor(next, made)
    const last = lastIndex === undefined ? undefined : made.get(lastIndex)
    const both =
      last === undefined ? undefined : one.operator.fuseWithBoth?.(next.operator, last.operator, next.spec.name)
    const fused = both ?? one.operator.fuseWith?.(next.operator)
    if (fused === undefined) continue
    made.set(index, {spec: one.spec, operator: fused, outputs: both === undefined ? next.outputs : last!.outputs})
    made.delete(nextIndex)
    if (both !== undefined) made.delete(lastIndex!)
  }
}

function onlySuccessor({outputs}: Made, made: ReadonlyMap<number, Made>): number | undefined {
  const [only] = outputs
  if (outputs.length !== 1 || only.kind !== 'chained' || only.outputTag !== undefined) return undefined
  return made.has(only.operatorIndex) ? only.operatorIndex : undefined
}
