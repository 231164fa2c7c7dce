// Goal: what else Flink's environment and operators can be told is done: descriptions, parallelism that is fixed, checkpoints, listeners, plans,
// parallel collections, keyed streams that are keyed already; options that do not exist are refused with the one that was meant.
// Method: graphs that a program builds, and jobs run by a JobDriver.
import {describe, expect, it} from 'vitest'
import {program} from '../../../src/api/index.js'
import {Configuration, OPTIONS} from '../../../src/config/index.js'
import {planJson} from '../../../src/graph/index.js'
import {JobDriver} from '../../../src/testing/index.js'
import {graphOf, graphText, jobOf} from '../../support/program-graph.js'

const {DataStreamUtils, FileSink, FtsError, OnCheckpointRollingPolicy, StreamExecutionEnvironment} = program

type Environment = program.StreamExecutionEnvironment

const failureOf = (
  run: (env: Environment) => void,
): {readonly message: string; readonly tryThis?: string | undefined} => {
  try {
    jobOf(run)
  } catch (error) {
    if (error instanceof FtsError) return error
    throw error
  }
  return {message: 'nothing was thrown'}
}

describe('operators', () => {
  it('have a description in plans, beside their name', () => {
    const graph = graphOf((env) => {
      env
        .fromSequence(1, 3)
        .name('numbers')
        .setDescription('Numbers from 1 to 3, for nobody')
        .sinkTo(() => {})
    })
    const [source] = planJson(graph).nodes
    expect([source.type, source.contents]).toEqual(['Source: numbers', 'Numbers from 1 to 3, for nobody'])
  })

  it('a description does not make another program of it', () => {
    const build = (text: string) =>
      jobOf((env) =>
        env
          .fromSequence(1, 3)
          .setDescription(text)
          .sinkTo(() => {}),
      ).digest
    expect(build('one')).toBe(build('two'))
  })

  it('forceNonParallel', () => {
    const graph = graphOf((env) =>
      env
        .fromSequence(1, 3)
        .map((n) => n)
        .forceNonParallel()
        .sinkTo(() => {}),
    )
    expect(graphText(graph)).toEqual([
      'A Source: Sequence Source ×2',
      'B Map ×1 max 1',
      'C Sink: Writer ×2',
      'A ─rebalance→ B',
      'B ─rebalance→ C',
    ])
    const failure = failureOf((env) =>
      env
        .fromSequence(1, 3)
        .map((n) => n)
        .name('one')
        .forceNonParallel()
        .setParallelism(2),
    )
    expect(failure.message).toBe('the parallelism of "one" is 1 and cannot be 2: forceNonParallel() says so')
    expect(failureOf((env) => env.fromSequence(1, 3).forceNonParallel().setMaxParallelism(4)).message).toMatch(
      'cannot be 4',
    )
  })

  it('reinterpretAsKeyedStream sends nothing', async () => {
    const build = (env: Environment) => {
      const keyed = env
        .fromSequence(1, 20)
        .keyBy((n) => n % 5)
        .map((n) => [n % 5, n] as [number, number])
      return DataStreamUtils.reinterpretAsKeyedStream(keyed, 0).sum(1)
    }
    expect(graphText(graphOf((env) => build(env).sinkTo(() => {})))).toEqual([
      'A Source: Sequence Source ×2',
      'B Map -> Keyed Aggregation -> Sink: Writer ×2',
      'A ─hash→ B',
    ])
    const sums = await new JobDriver({parallelism: 2}).runProgram(async () =>
      build(StreamExecutionEnvironment.getExecutionEnvironment().setRuntimeMode('BATCH')).executeAndCollect(),
    )
    expect([...sums].sort()).toEqual([
      [0, 50],
      [1, 34],
      [2, 38],
      [3, 42],
      [4, 46],
    ])
  })
})

describe('environments', () => {
  it('set checkpoints by Flink’s methods', () => {
    const {configuration} = jobOf((env) => {
      env.enableCheckpointing('10s', 'AT_LEAST_ONCE')
      env
        .getCheckpointConfig()
        .setCheckpointTimeout('1 min')
        .setMinPauseBetweenCheckpoints(500)
        .setMaxConcurrentCheckpoints(2)
        .setTolerableCheckpointFailureNumber(3)
        .setExternalizedCheckpointRetention('RETAIN_ON_CANCELLATION')
        .setCheckpointDirectory('/somewhere')
        .enableUnalignedCheckpoints()
        .setAlignedCheckpointTimeout('2 s')
      env.fromSequence(1, 2).print()
    })
    const wanted = Configuration.fromEntries({
      'execution.checkpointing.interval': '10 s',
      'execution.checkpointing.mode': 'AT_LEAST_ONCE',
      'execution.checkpointing.timeout': '60 s',
      'execution.checkpointing.min-pause': '500 ms',
      'execution.checkpointing.max-concurrent-checkpoints': '2',
      'execution.checkpointing.tolerable-failed-checkpoints': '3',
      'execution.checkpointing.externalized-checkpoint-retention': 'RETAIN_ON_CANCELLATION',
      'execution.checkpointing.dir': '/somewhere',
      'execution.checkpointing.unaligned.enabled': 'true',
      'execution.checkpointing.aligned-checkpoint-timeout': '2 s',
    })
    for (const option of Object.values(OPTIONS).filter(({key}) => key.startsWith('execution.checkpointing.')))
      expect(configuration.get(option as never), option.key).toEqual(wanted.get(option as never))
    expect(failureOf((env) => env.enableCheckpointing('soon')).message).toMatch('setCheckpointInterval')
    expect(failureOf((env) => env.enableCheckpointing(1, 'TWICE' as never)).message).toMatch('TWICE')
  })

  it('tell their plan without running anything', () => {
    let plan: {nodes: unknown[]} = {nodes: []}
    const graph = graphOf((env) => {
      env
        .fromSequence(1, 3)
        .map((n) => n)
        .print()
      plan = JSON.parse(env.getExecutionPlan())
    })
    expect(plan).toEqual(JSON.parse(JSON.stringify(planJson(graph))))
    expect(plan.nodes).toHaveLength(4)
  })

  it('tell listeners of their jobs', async () => {
    const heard: string[] = []
    const listener: program.JobListener = {
      onJobSubmitted: (client, error) => heard.push(`submitted ${client?.jobId.length} ${(error as Error)?.message}`),
      onJobExecuted: (result, error) => heard.push(`executed ${result?.jobName} ${(error as Error)?.message}`),
    }
    await new JobDriver().runProgram(async () => {
      const env = StreamExecutionEnvironment.getExecutionEnvironment().registerJobListener(listener)
      env.fromSequence(1, 2).sinkTo(() => {})
      await env.execute('fine')
    })
    expect(heard).toContain('executed fine undefined')
    expect(heard[0]).toMatch(/^submitted \d+ undefined$/)
    heard.length = 0
    const env = StreamExecutionEnvironment.of({
      defaults: {parallelism: 1, jobName: 'refused', configuration: Configuration.defaults},
      submit: () => Promise.reject(new Error('no cluster')),
    }).registerJobListener(listener)
    env.fromSequence(1, 2).print()
    await expect(env.execute()).rejects.toThrow('no cluster')
    expect(heard).toEqual(['submitted undefined no cluster'])
  })

  it('read collections in parallel', async () => {
    const collected = async (collection: program.ParallelCollection<number>) =>
      new JobDriver({parallelism: 3}).runProgram(async () =>
        StreamExecutionEnvironment.getExecutionEnvironment().fromParallelCollection(collection).executeAndCollect(),
      )
    const byFunction = await collected(function* (part, parts) {
      for (let n = part; n < 10; n += parts) yield n
    })
    expect([...byFunction].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    const bySplit = await collected({split: (parts) => Array.from({length: parts}, (_, part) => [part, part + 10])})
    expect([...bySplit].sort((a, b) => a - b)).toEqual([0, 1, 2, 10, 11, 12])
    await expect(collected({split: () => [[1]]})).rejects.toThrow('split(3) of a parallel collection answered 1 parts')
    expect(failureOf((env) => env.fromParallelCollection([1] as never)).message).toMatch('fromParallelCollection got 1')
  })
})

describe('options that do not exist', () => {
  it.each<[string, (env: Environment) => void, string, string]>([
    [
      'readTextFile',
      (env) => env.readTextFile('x', {montior: 1} as never),
      'there is no option "montior"',
      'Did you mean "monitor"?',
    ],
    [
      'tailFile',
      (env) => env.tailFile('x', {pollinterval: 1} as never),
      'no option "pollinterval"',
      'Did you mean "pollInterval"?',
    ],
    [
      'socketTextStream',
      (env) => env.socketTextStream('h', 1, {retries: 1} as never),
      'no option "retries"',
      'There are maxRetry, retryDelay, delimiter, listen.',
    ],
    [
      'writeToSocket',
      (env) => env.fromSequence(1, 2).writeToSocket('h', 1, {maxRetries: 1} as never),
      'no option "maxRetries"',
      'Did you mean "maxRetry"?',
    ],
    [
      'fromGenerator',
      (env) => env.fromGenerator((n) => n, {rate: 1} as never),
      'no option "rate"',
      'Did you mean "ratePerSecond"?',
    ],
    [
      'asyncWait',
      (env) => env.fromSequence(1, 2).asyncWait(async (n) => [n], {timeOut: 1} as never),
      'no option "timeOut"',
      'Did you mean "timeout"?',
    ],
    [
      'FileSink',
      () => FileSink.forRowFormat('x', 'text', {bucket: 'none'} as never),
      'no option "bucket"',
      'Did you mean "buckets"?',
    ],
    [
      'rolling',
      () => FileSink.forRowFormat('x', 'text', {rolling: {maxPartSize: 1} as never}),
      'no option "maxPartSize"',
      'Did you mean "maxPartSizeBytes"?',
    ],
    [
      'readCsv',
      (env) => env.readCsv('x', {delimeter: ';'} as never),
      'there is no such option',
      'Did you mean "delimiter"?',
    ],
    [
      'readJsonLines',
      (env) => env.readJsonLines('x', {feilds: ['a']} as never),
      'there is no such option',
      'Did you mean "fields"?',
    ],
    [
      'writeAsCsv',
      (env) => env.fromSequence(1, 2).writeAsCsv('x', {header: ['a']} as never),
      'there is no such option',
      'Did you mean "headers"?',
    ],
    [
      'no object',
      (env) => env.readTextFile('x', '1s' as never),
      'expected an object of options, got 1s',
      'There are monitor, recursive.',
    ],
  ])('%s', (_, run, message, tryThis) => {
    const failure = failureOf(run)
    expect(failure.message).toContain(message)
    expect(failure.tryThis).toBe(tryThis)
  })
})

describe('OnCheckpointRollingPolicy', () => {
  it('never ends a file itself', () => {
    const policy = OnCheckpointRollingPolicy.build()
    const part = {sizeBytes: 1e12, createdAtMs: 0, updatedAtMs: 0}
    expect([policy.shouldRollOnWrite(part), policy.shouldRollOnTime(part, 1e15)]).toEqual([false, false])
    expect(() => FileSink.forRowFormat('x', 'text', {rolling: 'onCheckpoint'})).not.toThrow()
    expect(() => FileSink.forRowFormat('x', 'text', {rolling: 'always' as never})).toThrow(
      'rolling of FileSink is always',
    )
  })
})
