// Goal: a program builds the graph that the same program has in Flink: chains, exchanges, parallelism, names, slot sharing groups.
// Method: whole graphs as text (see graphText), for each method of the API that adds an operator or changes an edge. Nothing runs.
import {describe, expect, it} from 'vitest'
import {program} from '../../../src/api/index.js'
import {graphOf, graphText} from '../../support/program-graph.js'

const {
  AsyncDataStream,
  FileSink,
  GlobalWindows,
  MapStateDescriptor,
  OutputTag,
  ProcessFunction,
  TumblingEventTimeWindows,
  TumblingProcessingTimeWindows,
  WatermarkStrategy,
} = program

type Environment = program.StreamExecutionEnvironment

function textOf(build: (env: Environment) => void): string[] {
  return graphText(graphOf(build))
}

/** A stream of whatever records. */
interface AnyStream {
  sinkTo(write: () => void): unknown
}

/** The vertices and edges in front of a sink that says nothing. */
function pipelineOf(build: (env: Environment) => AnyStream): string[] {
  return textOf((env) => build(env).sinkTo(() => {}))
}

describe('chains', () => {
  it('the word count', () => {
    const text = textOf((env) =>
      env
        .fromElements('to be')
        .flatMap((line) => line.split(' ').map((word): [string, number] => [word, 1]))
        .keyBy(0)
        .sum(1)
        .print(),
    )
    expect(text).toEqual([
      'A Source: Collection Source ×1',
      'B Flat Map ×2',
      'C Keyed Aggregation -> Print to Std. Out ×2',
      'D stdout: Writer ×1',
      'A ─rebalance→ B',
      'B ─hash→ C',
      'C ─rebalance→ D',
    ])
  })

  it('operators of one parallelism are one task, of another are not', () => {
    const text = pipelineOf((env) =>
      env
        .fromSequence(1, 9)
        .map((n) => n + 1)
        .filter((n) => n > 2)
        .setParallelism(3)
        .process((n: number, _ctx, out: program.Collector<number>) => out.collect(n))
        .setParallelism(3),
    )
    expect(text).toEqual([
      'A Source: Sequence Source -> Map ×2',
      'B Filter -> Process ×3',
      'C Sink: Writer ×2',
      'A ─rebalance→ B',
      'B ─rebalance→ C',
    ])
  })

  it('startNewChain, disableChaining, slotSharingGroup, setMaxParallelism, name', () => {
    const text = textOf((env) =>
      env
        .fromSequence(1, 9)
        .map((n) => n)
        .startNewChain()
        .map((n) => n)
        .filter(() => true)
        .disableChaining()
        .map((n) => n)
        .name('last')
        .slotSharingGroup('other')
        .setMaxParallelism(7)
        .sinkTo(() => {})
        .name('out'),
    )
    expect(text).toEqual([
      'A Source: Sequence Source ×2',
      'B Map -> Map ×2',
      'C Filter ×2',
      'D last -> out: Writer ×2 max 7 group other',
      'A ─forward→ B',
      'B ─forward→ C',
      'C ─forward→ D',
    ])
  })

  it('without chaining each operator is a task', () => {
    const text = pipelineOf((env) =>
      env
        .disableOperatorChaining()
        .fromSequence(1, 9)
        .map((n) => n),
    )
    expect(text).toEqual([
      'A Source: Sequence Source ×2',
      'B Map ×2',
      'C Sink: Writer ×2',
      'A ─forward→ B',
      'B ─forward→ C',
    ])
  })

  it('uids are operator ids that stay when the program changes', () => {
    const ids = (build: (env: Environment) => AnyStream) =>
      graphOf((env) => build(env).sinkTo(() => {})).vertices.flatMap(({operators}) =>
        operators.map(({name, operatorId}) => [name, operatorId] as const),
      )
    const before = new Map(
      ids((env) =>
        env
          .fromSequence(1, 9)
          .map((n) => n)
          .uid('doubled')
          .name('a'),
      ),
    )
    const after = new Map(
      ids((env) =>
        env
          .fromSequence(1, 9)
          .filter(() => true)
          .map((n) => n)
          .uid('doubled')
          .name('a'),
      ),
    )
    expect(after.get('a')).toBe(before.get('a'))
    expect(after.get('Sink: Writer')).not.toBe(before.get('Sink: Writer'))
  })
})

describe('exchanges', () => {
  it.each(['rebalance', 'rescale', 'shuffle', 'global', 'broadcast'] as const)('%s', (exchange) => {
    const text = pipelineOf((env) => (env.fromSequence(1, 9)[exchange]() as program.DataStream<number>).map((n) => n))
    expect(text.slice(-1)).toEqual([`A ─${exchange}→ B`])
  })

  it('forward is a chain; keyBy and partitionCustom are none', () => {
    expect(
      pipelineOf((env) =>
        env
          .fromSequence(1, 9)
          .forward()
          .map((n) => n),
      ),
    ).toHaveLength(1)
    expect(
      pipelineOf((env) =>
        env
          .fromSequence(1, 9)
          .keyBy((n) => n % 2)
          .map((n) => n),
      ).at(-1),
    ).toBe('A ─hash→ B')
    expect(
      pipelineOf((env) =>
        env
          .fromSequence(1, 9)
          .partitionCustom(
            (n: number, count) => n % count,
            (n) => n,
          )
          .map((n) => n),
      ).at(-1),
    ).toBe('A ─custom→ B')
  })

  it.each([
    ['by field', (stream: program.DataStream<{id: number}>) => stream.keyBy('id')],
    ['by fields', (stream: program.DataStream<{id: number}>) => stream.keyBy(['id'])],
    ['by a function', (stream: program.DataStream<{id: number}>) => stream.keyBy((record) => record.id)],
    ['by an object', (stream: program.DataStream<{id: number}>) => stream.keyBy({getKey: (record) => record.id})],
  ])('keyBy %s', (_, keyed) => {
    expect(pipelineOf((env) => keyed(env.fromElements({id: 1})).count())).toEqual([
      'A Source: Collection Source ×1',
      'B Keyed Aggregation -> Sink: Writer ×2',
      'A ─hash→ B',
    ])
  })
})

describe('several inputs and outputs', () => {
  it('union: one input from both', () => {
    expect(
      pipelineOf((env) =>
        env
          .fromSequence(1, 2)
          .union(env.fromSequence(3, 4), env.fromElements(5))
          .map((n) => n),
      ),
    ).toEqual([
      'A Source: Sequence Source ×2',
      'B Source: Sequence Source ×2',
      'C Source: Collection Source ×1',
      'D Map -> Sink: Writer ×2',
      'A ─forward→ D',
      'B ─forward→ D',
      'C ─rebalance→ D',
    ])
  })

  it('side outputs leave the operator beside its results', () => {
    const odd = new OutputTag<number>('odd')
    const text = textOf((env) => {
      const numbers = env.fromSequence(1, 9).process((n: number, ctx, out: program.Collector<number>) => {
        if (n % 2 === 1) ctx.output(odd, n)
        else out.collect(n)
      })
      numbers.sinkTo(() => {}).name('even')
      numbers
        .getSideOutput(odd)
        .rebalance()
        .map((n) => n)
        .sinkTo(() => {})
        .name('odd')
    })
    expect(text).toEqual([
      'A Source: Sequence Source -> Process -> even: Writer ×2',
      'B Map -> odd: Writer ×2',
      'A ─rebalance→ B',
    ])
  })

  it.each([
    ['connect', 'Co-Map', (a, b) => a.connect(b).map({map1: () => 1, map2: () => 2})],
    ['connect and flatMap', 'Co-Flat Map', (a, b) => a.connect(b).flatMap({flatMap1: () => [], flatMap2: () => []})],
    [
      'join',
      'Join',
      (a, b) =>
        a
          .join(b)
          .where('id')
          .equalTo('id')
          .window(TumblingProcessingTimeWindows.of('1s'))
          .apply(() => 1),
    ],
    [
      'coGroup',
      'CoGroup',
      (a, b) =>
        a
          .coGroup(b)
          .where('id')
          .equalTo('id')
          .window(TumblingProcessingTimeWindows.of('1s'))
          .apply(() => {}),
    ],
    [
      'interval join',
      'Interval Join',
      (a, b) =>
        a
          .intervalJoin(b)
          .between('-1s', '1s')
          .process((_l, _r, _ctx, out) => out.collect(1)),
    ],
  ] as readonly [string, string, (a: Keyed, b: Keyed) => AnyStream][])('%s of keyed streams', (_, name, build) => {
    const keyed = (env: Environment) => env.fromElements({id: 1}).keyBy('id')
    const text = pipelineOf((env) => build(keyed(env), keyed(env)))
    expect(text.slice(2)).toEqual([`C ${name} -> Sink: Writer ×2`, 'A ─hash→ C.0', 'B ─hash→ C.1'])
  })

  it('a broadcast stream goes to all subtasks of the other', () => {
    const rules = new MapStateDescriptor<string, number>('rules')
    const text = pipelineOf((env) =>
      env
        .fromSequence(1, 2)
        .connect(env.fromElements(1).broadcast(rules))
        .process({processElement: () => {}, processBroadcastElement: () => {}}),
    )
    expect(text.slice(2)).toEqual(['C Co-Process-Broadcast -> Sink: Writer ×2', 'A ─forward→ C.0', 'B ─broadcast→ C.1'])
  })
})

type Keyed = program.KeyedStream<{id: number}, number>

describe('operators that are about all records have one subtask', () => {
  it.each([
    ['windowAll', (s) => s.windowAll(TumblingProcessingTimeWindows.of('1s')).reduce((a) => a)],
    ['countWindowAll', (s) => s.countWindowAll(3).reduce((a) => a)],
  ] as readonly [string, (s: program.DataStream<number>) => AnyStream][])('%s', (_, build) => {
    const text = pipelineOf((env) => build(env.fromSequence(1, 9)))
    expect(text[1]).toMatch(/^B \w+ ×1$/)
    expect(text).toContain('A ─rebalance→ B')
  })

  it('and refuse another parallelism', () => {
    const windows = (env: Environment) =>
      env
        .fromSequence(1, 9)
        .countWindowAll(3)
        .reduce((a) => a)
    expect(() => graphOf((env) => windows(env).setParallelism(2))).toThrow(
      /the parallelism of "GlobalWindows" is 1 and cannot be 2: it is about all records/,
    )
  })
})

describe('names of operators', () => {
  class Named extends ProcessFunction<number, number> {
    processElement(): void {}
  }

  it.each([
    ['Map', (s) => s.map((n) => n)],
    ['Flat Map', (s) => s.flatMap(() => [])],
    ['Filter', (s) => s.filter(() => true)],
    ['Process', (s) => s.process(new Named())],
    [
      'Projection',
      (s) =>
        s
          .map((n): [number] => [n])
          .startNewChain()
          .project(0),
    ],
    [
      'Timestamps/Watermarks',
      (s) =>
        s.assignTimestampsAndWatermarks(
          WatermarkStrategy.forMonotonousTimestamps<number>().withTimestampAssigner((n) => n),
        ),
    ],
    ['Async Wait', (s) => AsyncDataStream.orderedWait(s, async (n: number) => n)],
    ['Keyed Reduce', (s) => s.keyBy((n) => n).reduce((a) => a)],
    ['KeyedProcess', (s) => s.keyBy((n) => n).process({processElement: () => {}})],
    [
      'TumblingEventTimeWindows',
      (s) =>
        s
          .keyBy((n) => n)
          .window(TumblingEventTimeWindows.of('1s'))
          .reduce((a) => a),
    ],
    [
      'GlobalWindows',
      (s) =>
        s
          .keyBy((n) => n)
          .window(GlobalWindows.create())
          .reduce((a) => a),
    ],
    [
      'GlobalWindows',
      (s) =>
        s
          .keyBy((n) => n)
          .countWindow(10, 5)
          .reduce((a) => a),
    ],
  ] as readonly [string, (s: program.DataStream<number>) => AnyStream][])('%s', (name, build) => {
    const {vertices} = graphOf((env) => build(env.fromSequence(1, 9)).sinkTo(() => {}))
    expect(vertices.flatMap(({operators}) => operators.map((one) => one.name))).toContain(name)
  })
})

describe('sources and sinks', () => {
  it('what reads lines and what parses them are one operator to the program, and two in the graph', () => {
    const text = textOf((env) => env.readCsv('orders.csv').setParallelism(3).uid('orders').writeAsJsonLines('out'))
    expect(text).toEqual(['A Source: CSV Source -> Parse CSV -> JSON Lines ×3', 'B out: Writer ×1', 'A ─rebalance→ B'])
  })

  it('what is written to one file keeps its order where its input has one', () => {
    expect(textOf((env) => env.fromElements('b', 'a').writeAsText('out'))).toEqual([
      'A Source: Collection Source -> Text Lines -> out: Writer ×1',
    ])
    expect(textOf((env) => env.fromElements({id: 1}).writeAsCsv('out'))).toEqual([
      'A Source: Collection Source -> CSV Lines -> out: Writer ×1',
    ])
  })

  it('CSV is formatted in parallel where the program names the fields', () => {
    const text = textOf((env) => env.fromGenerator((id) => ({id}), {count: 9}).writeAsCsv('out', {headers: ['id']}))
    expect(text).toEqual(['A Source: Data Generator -> CSV Lines ×2', 'B out: Writer ×1', 'A ─rebalance→ B'])
  })

  it('all prints share one writer; files are written by all subtasks', () => {
    const text = textOf((env) => {
      const numbers = env.fromSequence(1, 9)
      numbers.print('a')
      numbers.print('b')
      numbers.sinkTo(FileSink.forRowFormat('parts', 'json'))
    })
    expect(text).toEqual([
      'A Source: Sequence Source -> (Print to Std. Out, Print to Std. Out, File Sink parts: Writer) ×2',
      'B stdout: Writer ×1',
      'A ─rebalance→ B',
      'A ─rebalance→ B',
    ])
  })

  it('sources that nobody reads are left out', () => {
    const text = textOf((env) => {
      env.fromSequence(1, 9)
      env.fromElements(1).sinkTo(() => {})
    })
    expect(text[0]).toBe('A Source: Collection Source ×1')
  })
})
