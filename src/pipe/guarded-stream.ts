import {program} from '../api/index.js'
import {nearestKey} from '../config/index.js'
import {FtsError} from '../core/index.js'

/** What the methods of streams give, and how an expression gets to it. */
const KINDS = [
  [program.KeyedStream, 'a keyed stream', '.keyBy(…)'],
  [program.WindowedStream, 'windows', '.keyBy(…).window(…)'],
  [program.AllWindowedStream, 'windows over all records', '.windowAll(…)'],
  [program.ConnectedStreams, 'two connected streams', '.connect(…)'],
  [program.JoinedStreams, 'a join', '.join(…)'],
  [program.CoGroupedStreams, 'a coGroup', '.coGroup(…)'],
  [program.BroadcastConnectedStream, 'a stream with a broadcast', '.connect(broadcast)'],
  [program.DataStreamSink, 'a sink', '.print()'],
  [program.SingleOutputStreamOperator, 'a stream', 'lines()'],
  [program.DataStream, 'a stream', 'lines()'],
] as const

const INSIDE = Symbol('the stream itself')

/**
 * Streams as an expression sees them: a method that there is not is an error that names those that there are, and not, as in plain
 * JavaScript, "… is not a function".
 */
export const guarded = {
  outside<S extends object>(stream: S): S {
    return new Proxy<S>(stream, {get: propertyOf})
  },
  inside(value: unknown): unknown {
    return (value as {[INSIDE]?: unknown} | null | undefined)?.[INSIDE] ?? value
  },
}

function propertyOf(stream: object, name: string | symbol): unknown {
  if (name === INSIDE) return stream
  const value = Reflect.get(stream, name, stream)
  if (typeof value === 'function') return methodOf(stream, value)
  if (value === undefined && typeof name === 'string' && !(name in stream) && !QUIET.includes(name))
    throw noMethod(stream, name)
  return value
}

/** What JavaScript itself asks of anything. */
const QUIET: readonly string[] = ['then', 'toJSON', 'constructor']

function methodOf(stream: object, method: (...args: unknown[]) => unknown) {
  return (...args: unknown[]) => {
    const result = method.apply(stream, args.map(guarded.inside))
    return isGuarded(result) ? guarded.outside(result) : result
  }
}

function isGuarded(value: unknown): value is object {
  return KINDS.some(([kind]) => value instanceof kind) || value instanceof program.JoinedWindow
}

function noMethod(stream: object, name: string): FtsError {
  const own = methodsOf(Object.getPrototypeOf(stream))
  const what = KINDS.find(([kind]) => stream instanceof kind)?.[1] ?? 'it'
  return new FtsError(
    'user',
    'FTS_PIPE_METHOD',
    `${what} has no method "${name}"`,
    {method: name, methods: own.join(', ')},
    {tryThis: adviceFor(stream, name, own)},
  )
}

function adviceFor(stream: object, name: string, own: readonly string[]): string {
  const has = KINDS.find(([kind]) => !(stream instanceof kind) && methodsOf(kind.prototype).includes(name))
  if (has !== undefined) return `There is ${name}() after ${has[2]}.`
  const nearest = nearestKey(name, own)
  return nearest === undefined ? `It has: ${own.join(', ')}.` : `Did you mean "${nearest}"?`
}

function methodsOf(prototype: object | null): readonly string[] {
  const names = new Set<string>()
  for (let one = prototype; one !== null && one !== Object.prototype; one = Object.getPrototypeOf(one))
    for (const name of Object.getOwnPropertyNames(one)) if (!HIDDEN.has(name)) names.add(name)
  return [...names].sort()
}

/** There for the API itself. */
const HIDDEN: ReadonlySet<string> = new Set([
  'constructor',
  'addSource',
  'checkSameProgram',
  'collectInto',
  'compute',
  'exchanged',
  'extreme',
  'keyedOperator',
  'lines',
  'one',
  'oneSubtask',
  'operator',
  'printAs',
  'printTo',
  'replacing',
  'rolling',
  'rollingBy',
  'aggregated',
])
