import {fileURLToPath} from 'node:url'
import {
  type Collector,
  type DataStream,
  KeyedCoProcessFunction,
  type KeyedProcessContext,
  MapStateDescriptor,
  type OnTimerContext,
  OutputTag,
  StreamExecutionEnvironment,
  ValueStateDescriptor,
  WatermarkStrategy,
} from 'fts'

/** Something of which it is known what it was: the model learns from it. */
export interface Example {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly features: readonly number[]
  readonly label: 0 | 1
}

/** Something of which it is to be said what it is. */
export interface Query {
  readonly at: number
  readonly id: string
  readonly features: readonly number[]
}

export interface Prediction {
  readonly id: string
  /** Of the label 1, by what was known at that time. */
  readonly probability: number
}

/** How good the model was on examples that it had not seen yet. */
export interface Progress {
  readonly examples: number
  /** Of the last PROGRESS_EXAMPLES: the share that it would have got right. */
  readonly accuracy: number
}

interface Model {
  readonly weights: readonly number[]
  readonly bias: number
  readonly examples: number
  /** Right since the last progress. */
  readonly right: number
}

export const PROGRESS = new OutputTag<Progress>('progress')
const PROGRESS_EXAMPLES = 100
/** The model learns less from each example, the more it has seen: `LEARNING_RATE / √n`. */
const LEARNING_RATE = 1

/** The probability of label 1. */
export function probabilityOf({weights, bias}: Pick<Model, 'weights' | 'bias'>, features: readonly number[]): number {
  return 1 / (1 + Math.exp(-weights.reduce((sum, weight, i) => sum + weight * features[i], bias)))
}

/** One step of stochastic gradient descent on the logarithmic loss. */
function learn(model: Model, {features, label}: Example): Model {
  const probability = probabilityOf(model, features)
  const examples = model.examples + 1
  const step = (LEARNING_RATE / Math.sqrt(examples)) * (label - probability)
  return {
    weights: model.weights.map((weight, i) => weight + step * features[i]),
    bias: model.bias + step,
    examples,
    right: model.right + (probability >= 0.5 === (label === 1) ? 1 : 0),
  }
}

/**
 * Learns from examples and answers queries, in the order of their event times, however the two streams come: what comes is kept until the watermark
 * has passed it. Of equal times queries are first: the model has not seen what it is asked about.
 */
export class LogisticRegression extends KeyedCoProcessFunction<string, Example, Query, Prediction> {
  private readonly model = new ValueStateDescriptor<Model>('model')
  private readonly examples = new MapStateDescriptor<number, Example[]>('examples by time')
  private readonly queries = new MapStateDescriptor<number, Query[]>('queries by time')

  processElement1(example: Example, ctx: KeyedProcessContext<string>): void {
    const waiting = this.getRuntimeContext().getMapState(this.examples)
    waiting.put(example.at, [...(waiting.get(example.at) ?? []), example])
    ctx.timerService().registerEventTimeTimer(example.at)
  }

  processElement2(query: Query, ctx: KeyedProcessContext<string>): void {
    const waiting = this.getRuntimeContext().getMapState(this.queries)
    waiting.put(query.at, [...(waiting.get(query.at) ?? []), query])
    ctx.timerService().registerEventTimeTimer(query.at)
  }

  override onTimer(atMs: number, ctx: OnTimerContext<string>, out: Collector<Prediction>): void {
    for (const query of this.take(this.queries, atMs)) this.answer(query, out)
    for (const example of this.take(this.examples, atMs)) this.learnFrom(example, ctx)
  }

  private answer({id, features}: Query, out: Collector<Prediction>): void {
    out.collect({id, probability: probabilityOf(this.modelFor(features), features)})
  }

  private learnFrom(example: Example, ctx: OnTimerContext<string>): void {
    const learned = learn(this.modelFor(example.features), example)
    const {examples, right} = learned
    const isDue = examples % PROGRESS_EXAMPLES === 0
    if (isDue) ctx.output(PROGRESS, {examples, accuracy: right / PROGRESS_EXAMPLES})
    this.getRuntimeContext()
      .getState(this.model)
      .update(isDue ? {...learned, right: 0} : learned)
  }

  /** At first it knows nothing. */
  private modelFor(features: readonly number[]): Model {
    const known = this.getRuntimeContext().getState(this.model).value()
    return known ?? {weights: features.map(() => 0), bias: 0, examples: 0, right: 0}
  }

  private take<T>(descriptor: MapStateDescriptor<number, T[]>, atMs: number): readonly T[] {
    const waiting = this.getRuntimeContext().getMapState(descriptor)
    const due = waiting.get(atMs) ?? []
    waiting.remove(atMs)
    return due
  }
}

/** There is one model, so there is one key; a model for each country, say, would be keyed by country. */
export function predict(examples: DataStream<Example>, queries: DataStream<Query>) {
  const byTime = <T extends {readonly at: number}>() =>
    WatermarkStrategy.forBoundedOutOfOrderness<T>('1s').withTimestampAssigner(({at}: T) => at)
  return examples
    .assignTimestampsAndWatermarks(byTime<Example>())
    .keyBy(() => 'the model')
    .connect(queries.assignTimestampsAndWatermarks(byTime<Query>()).keyBy(() => 'the model'))
    .process(new LogisticRegression())
    .name('logistic regression')
}

/** `fts run job.ts` */
export async function main(): Promise<void> {
  const env = StreamExecutionEnvironment.getExecutionEnvironment().setParallelism(1)
  const pathOf = (name: string) => fileURLToPath(new URL(`data/${name}`, import.meta.url))
  const predictions = predict(
    env.readJsonLines<Example>(pathOf('examples.jsonl')),
    env.readJsonLines<Query>(pathOf('queries.jsonl')),
  )
  predictions.map(({id, probability}) => `${id}: ${probability >= 0.5 ? 1 : 0} (${probability.toFixed(3)})`).print()
  predictions
    .getSideOutput(PROGRESS)
    .map(
      ({examples, accuracy}) => `after ${examples} examples ${Math.round(accuracy * 100)} % of the last hundred right`,
    )
    .printToErr()
  await env.execute('online regression')
}
