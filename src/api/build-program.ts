import {type Configuration, OPTIONS} from '../config/index.js'
import {FtsError, type JobId, jobId} from '../core/index.js'
import {
  Chaining,
  createJobGraph,
  type JobGraphSpec,
  operatorIds,
  type PartitionerSpec,
  programDigest,
  StreamGraph,
  type StreamNodeSpec,
  USER_FACTORY,
} from '../graph/index.js'
import {exchangeError} from './exchange-error.js'
import {filterOf} from './fused-input.js'
import type {ProgramFunctions, ProgramJob, RecordReceiver} from './program-job.js'
import type {SlotPlace} from './slot-place.js'
import type {
  Exchange,
  OperatorMaker,
  PlannedSource,
  StreamEnd,
  Transformation,
  TransformationSpec,
  WorksOn,
} from './transformation.js'

/** All that a program has said when it calls `execute`. */
export interface ProgramSpec {
  readonly name: string
  readonly transformations: readonly Transformation[]
  readonly mode: 'batch' | 'streaming'
  readonly defaultParallelism: number
  readonly defaultMaxParallelism: number | undefined
  readonly bufferTimeoutMs: number | undefined
  readonly chainingEnabled: boolean
  readonly configuration: Configuration
  readonly prints: ProgramJob['prints']
  readonly collectors: readonly RecordReceiver[]
}

/**
 * Turns what a program said into a job. The same program gives the same job wherever it is loaded: only `plan` looks outside.
 *
 * Errors   `user`: those of StreamGraph, and FTS_NO_OPERATORS, FTS_NO_SINK.
 */
export function buildProgram(spec: ProgramSpec): ProgramJob {
  checkSinks(spec)
  const built = new ProgramBuilder(spec)
  const withoutInputs = built.jobGraph(jobId(''))
  return {
    name: spec.name,
    digest: programDigest(withoutInputs),
    configuration: spec.configuration,
    defaultParallelism: spec.defaultParallelism,
    prints: spec.prints,
    collectors: spec.collectors,
    worksOn: built.worksOn(),
    openSources: built.openSources(),
    graph: withoutInputs,
    plan: (id, notify) => built.plan(id, notify),
    functions: (place) =>
      built.functions({...place, mode: spec.mode, isBounded: isBounded(spec), configuration: spec.configuration}),
  }
}

function isBounded({transformations}: ProgramSpec): boolean {
  return transformations.every(({spec}) => spec.source?.bounded !== false)
}

function checkSinks({transformations}: ProgramSpec): void {
  if (transformations.length === 0) {
    throw new FtsError(
      'user',
      'FTS_NO_OPERATORS',
      'execute() was called before anything was said: the job has no source and no operator',
      {},
      {tryThis: 'Begin with a source, for example env.fromElements(1, 2, 3).print().'},
    )
  }
  if (transformations.some((one) => one.spec.kind === 'sink')) return
  const last = transformations[transformations.length - 1].name
  throw new FtsError(
    'user',
    'FTS_NO_SINK',
    `the job has no sink: what "${last}" makes goes nowhere`,
    {last},
    {tryThis: 'End a stream with print(), writeAsText(path), sinkTo(sink) or executeAndCollect().'},
  )
}

type ProgramMaker = Extract<OperatorMaker, {kind: 'program'}>
type HashOrCustom = Extract<Exchange, {kind: 'hash' | 'custom'}>

/** Builds the graph; functions stay here, in tables beside it. */
class ProgramBuilder {
  private readonly graph: StreamGraph
  /** Where what comes out of a transformation comes from. */
  private readonly nodes: ReadonlyMap<Transformation, number>
  /** Nodes by what they stand for: a source that has a parser stands for two. */
  private readonly owners: (readonly [number, Transformation])[] = []
  private readonly exchanges: {readonly exchange: HashOrCustom; readonly target: Transformation}[] = []

  constructor(
    private readonly spec: ProgramSpec,
    planned: ReadonlyMap<Transformation, PlannedSource> = new Map(),
  ) {
    this.graph = new StreamGraph()
    const nodes = new Map<Transformation, number>()
    for (const one of this.needed()) nodes.set(one, this.addNode(one, planned.get(one)))
    this.nodes = nodes
    for (const one of nodes.keys()) this.addEdges(one)
  }

  async plan(id: JobId, notify: (notice: string) => void = () => {}): Promise<JobGraphSpec> {
    const planned = new Map<Transformation, PlannedSource>()
    for (const one of this.nodes.keys()) {
      const found = await one.spec.source?.plan(this.parallelismOf(one), this.spec.configuration)
      if (found === undefined) continue
      planned.set(one, found)
      if (found.notice !== undefined) notify(found.notice)
    }
    return new ProgramBuilder(this.spec, planned).jobGraph(id)
  }

  jobGraph(id: JobId): JobGraphSpec {
    const {name, mode, configuration, chainingEnabled, bufferTimeoutMs} = this.spec
    return createJobGraph(this.graph, {
      jobId: id,
      name,
      mode,
      chainingEnabled,
      bufferTimeoutMs: bufferTimeoutMs ?? configuration.get(OPTIONS.bufferTimeout),
      config: configuration.toEntries(),
    })
  }

  functions(place: SlotPlace): ProgramFunctions {
    const makers = new Map<string, ProgramMaker>()
    for (const [id, {spec}] of this.byOperatorId()) if (spec.maker.kind === 'program') makers.set(id, spec.maker)
    return {
      makeOperator: (operatorId, config) => makers.get(operatorId)?.make(place, config),
      partitionFunctions: (partitioner) => this.functionsOf(partitioner),
    }
  }

  worksOn(): ReadonlyMap<string, WorksOn> {
    const all = this.byOperatorId()
    const isRead = new Set(all.flatMap(([, {spec}]) => filtersReadWith(spec)))
    return new Map(all.map(([id, {spec}]) => [id, isRead.has(spec) ? 'comparisons' : spec.worksOn]))
  }

  openSources(): ReadonlySet<string> {
    return new Set(this.byOperatorId().flatMap(([id, {spec}]) => (spec.source?.bounded === false ? [id] : [])))
  }

  private byOperatorId(): readonly (readonly [string, Transformation])[] {
    const options = {chainingEnabled: this.spec.chainingEnabled, chainDifferentMaxParallelism: true}
    const ids = operatorIds(this.graph, new Chaining(this.graph, options))
    return this.owners.map(([nodeId, one]) => [ids.get(nodeId)!, one])
  }

  private functionsOf(partitioner: PartitionerSpec): ReturnType<ProgramFunctions['partitionFunctions']> {
    const name = partitioner.kind === 'hash' ? partitioner.keySelectorOf : nameOfCustom(partitioner)
    if (name === undefined) return {}
    const {exchange, target} = this.exchanges[Number(name)]
    return {
      ...exchange,
      explain: (thrown, record) => exchangeError(exchange.kind, {thrown, record, target: target.name}),
    }
  }

  /** Sources that nobody reads are left out, as in Flink. */
  private needed(): readonly Transformation[] {
    const read = new Set(this.spec.transformations.flatMap(({spec}) => spec.inputs.flat().map(({from}) => from)))
    return this.spec.transformations.filter(
      (one) => (one.spec.kind !== 'source' || read.has(one)) && !this.isLeftOut(one),
    )
  }

  private isLeftOut({spec}: Transformation): boolean {
    return spec.isForBatchOnly === true && this.spec.mode !== 'batch'
  }

  /** Where the rows of an end come from, past what is left out; the exchange is that of the end. */
  private sourcesOf(end: StreamEnd): readonly StreamEnd[] {
    if (!this.isLeftOut(end.from)) return [end]
    return end.from.spec.inputs
      .flat()
      .flatMap((input) => this.sourcesOf(input).map((source) => ({...end, ...source, ...exchangeOf(end)})))
  }

  private parallelismOf(one: Transformation): number {
    const {inputs, followsInput} = one.spec
    if (one.parallelism !== undefined) return one.parallelism
    return followsInput === true ? this.parallelismOf(inputs[0][0].from) : this.spec.defaultParallelism
  }

  private addNode(one: Transformation, planned: PlannedSource | undefined): number {
    const {maker, kind, parser} = one.spec
    const settings = this.settingsOf(one)
    const node: StreamNodeSpec = {
      ...settings,
      ...this.factoryOf(maker, planned),
      ...(planned === undefined ? {} : {input: planned.input}),
    }
    const add = {source: 'addSource', sink: 'addSink', operator: 'addOperator'} as const
    const nodeId = this.graph[add[kind]](node)
    this.owners.push([nodeId, one])
    return parser === undefined ? nodeId : this.addParser(nodeId, one, parser.config(planned?.planned))
  }

  private addParser(source: number, one: Transformation, config: unknown): number {
    const {name, factory} = one.spec.parser!
    const settings = this.settingsOf(one)
    const uid = settings.uid === undefined ? {} : {uid: `${settings.uid}.parse`}
    const target = this.graph.addOperator({...settings, ...uid, name, factory, config})
    this.graph.addEdge({source, target})
    this.owners.push([target, one])
    return target
  }

  private settingsOf(one: Transformation) {
    const maxParallelism = one.maxParallelism ?? this.spec.defaultMaxParallelism
    return {
      name: one.name,
      ...(one.description === undefined ? {} : {description: one.description}),
      parallelism: this.parallelismOf(one),
      ...(one.uid === undefined ? {} : {uid: one.uid}),
      ...(maxParallelism === undefined ? {} : {maxParallelism}),
      ...(one.chaining === undefined ? {} : {chaining: one.chaining}),
      ...(one.slotSharingGroup === undefined ? {} : {slotSharingGroup: one.slotSharingGroup}),
    }
  }

  private factoryOf(maker: OperatorMaker, planned: PlannedSource | undefined) {
    if (maker.kind === 'program') return {factory: USER_FACTORY, config: planned?.planned ?? null}
    const config = maker.kind === 'configured' ? maker.config(this.spec.configuration) : maker.config
    return {factory: maker.factory, config}
  }

  private addEdges(one: Transformation): void {
    for (const [targetInputIndex, ends] of one.spec.inputs.entries()) {
      for (const {from, exchange, outputTag} of ends.flatMap((end) => this.sourcesOf(end))) {
        this.graph.addEdge({
          source: this.nodes.get(from)!,
          target: this.nodes.get(one)!,
          targetInputIndex,
          ...(exchange === undefined ? {} : {partitioner: this.partitionerOf(exchange, one)}),
          ...(outputTag === undefined ? {} : {outputTag}),
        })
      }
    }
  }

  /** Functions are named by their place in the table, which is the same wherever the program is loaded. */
  private partitionerOf(exchange: Exchange, target: Transformation): PartitionerSpec {
    if (exchange.kind !== 'hash' && exchange.kind !== 'custom') return exchange
    const name = String(this.exchanges.push({exchange, target}) - 1)
    return exchange.kind === 'hash' ? {kind: 'hash', keySelectorOf: name} : {kind: 'custom', partitionerOf: name}
  }
}

function nameOfCustom(partitioner: PartitionerSpec): string | undefined {
  return partitioner.kind === 'custom' ? partitioner.partitionerOf : undefined
}

function exchangeOf({exchange}: StreamEnd): Pick<StreamEnd, 'exchange'> {
  return exchange === undefined ? {} : {exchange}
}

/** Filters that are not called where the local aggregation is done on bytes. */
function filtersReadWith({worksOn, isForBatchOnly, inputs}: TransformationSpec): readonly TransformationSpec[] {
  return worksOn === 'bytes' && isForBatchOnly === true ? inputs.flat().flatMap((end) => filterOf(end) ?? []) : []
}
