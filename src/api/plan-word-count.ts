import {OPTIONS} from '../config/index.js'
import {createJobGraph, type JobGraphSpec, StreamGraph} from '../graph/index.js'
import {type PlannedInput, planTextInput} from './plan-text-input.js'
import type {WordCountOptions} from './word-count-options.js'

/**
 * The word count as a job.
 *
 *   batch      text ─▶ tokenizer ─▶ local count ═hash═▶ count ═▶ merge ─▶ format ─▶ output
 *   streaming  text ─▶ tokenizer ═hash═▶ running count ─▶ format ═▶ output
 *
 * Input that only one task can read (a pipe, a socket, one compressed file) is dealt to all tokenizers block by block.
 * Everything before the output runs at the job's parallelism; without an order there is nothing to merge, and rows are
 * formatted before they come together.
 *
 * Errors   `user`, from the input (see `planFiles`).
 */
export async function planWordCount(options: WordCountOptions): Promise<JobGraphSpec> {
  const input = await planTextInput(options.input, options.parallelism, options.configuration)
  const job = new WordCountPlan(options)
  const words = job.words(input)
  const lines = options.mode === 'streaming' ? job.runningCounts(words) : job.counts(words)
  job.output(lines)
  return createJobGraph(job.graph, {
    jobId: options.jobId,
    name: options.mode === 'streaming' ? 'running word count' : 'word count',
    mode: options.mode,
    checkpointsInput: true,
    bufferTimeoutMs: options.configuration.get(OPTIONS.bufferTimeout),
    slotSharing: options.slotSharing,
    config: options.configuration.toEntries(),
  })
}

/** The plan's steps; each takes the node before it and answers the node it added. */
class WordCountPlan {
  readonly graph = new StreamGraph()

  constructor(private readonly options: WordCountOptions) {}

  words({input, sourceParallelism}: PlannedInput): number {
    const {configuration} = this.options
    const source = this.graph.addSource({
      name: 'text',
      factory: 'source.text',
      config: {
        blockSizeBytes: configuration.get(OPTIONS.readBlockSize),
        maxWordBytes: configuration.get(OPTIONS.maxWordBytes),
        socketMaxRetries: configuration.get(OPTIONS.socketRetries),
        socketRetryDelayMs: configuration.get(OPTIONS.socketRetryDelay),
      },
      parallelism: sourceParallelism,
      input,
    })
    return this.after(source, {name: 'tokenizer', factory: 'words.tokenize', config: {}})
  }

  /** Running counts, formatted in parallel: lines are complete, so they may mix in any order. */
  runningCounts(words: number): number {
    const running = this.after(words, {name: 'running count', factory: 'words.running-count', config: {}, byWord: true})
    return this.format(running)
  }

  counts(words: number): number {
    const {sort, top, parallelism} = this.options
    const limit = top === undefined ? {} : {limit: top}
    const local = this.after(words, {name: 'local count', factory: 'words.local-count', config: {}})
    const count = this.after(local, {
      name: 'count',
      factory: 'words.count',
      config: {order: sort, ...limit},
      byWord: true,
    })
    if (parallelism === 1) return this.format(count)
    if (sort !== 'none') return this.format(this.one(count, 'merge', 'rows.merge', {order: sort, ...limit}))
    return top === undefined ? this.format(count) : this.format(this.one(count, 'limit', 'rows.limit', limit))
  }

  output(lines: number): void {
    const {format, outputPath} = this.options
    const sink = this.graph.addSink({
      name: outputPath ?? 'stdout',
      factory: 'sink.bytes',
      config: {
        target: outputPath === undefined ? {kind: 'stdout'} : {kind: 'file', path: outputPath},
        ...(format === 'csv' ? {header: 'word,count\n'} : {}),
      },
      parallelism: 1,
    })
    this.connect(lines, sink)
  }

  private format(rows: number): number {
    const {parallelism} = this.graph.node(rows)
    const spec = {name: 'format', factory: 'rows.format', config: {format: this.options.format}, parallelism}
    const node = this.graph.addOperator(spec)
    this.connect(rows, node)
    return node
  }

  /** A step that brings all rows together. */
  private one(before: number, name: string, factory: string, config: unknown): number {
    const node = this.graph.addOperator({name, factory, config, parallelism: 1})
    this.connect(before, node)
    return node
  }

  private after(
    before: number,
    step: {readonly name: string; readonly factory: string; readonly config: unknown; readonly byWord?: boolean},
  ): number {
    const {byWord, ...spec} = step
    const node = this.graph.addOperator({...spec, parallelism: this.options.parallelism})
    if (byWord === true) this.graph.addEdge({source: before, target: node, partitioner: {kind: 'hash', keyColumn: 0}})
    else this.connect(before, node)
    return node
  }

  /** Many to one is global; otherwise forward or rebalance, as the graph decides. */
  private connect(source: number, target: number): void {
    const narrows = this.graph.node(source).parallelism > 1 && this.graph.node(target).parallelism === 1
    this.graph.addEdge({source, target, ...(narrows ? {partitioner: {kind: 'global'}} : {})})
  }
}
