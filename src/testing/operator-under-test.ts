import {type ProgramHost, program} from '../api/index.js'
import {Configuration} from '../config/index.js'
import {FtsError, type OperatorId} from '../core/index.js'
import type {Operator} from '../operators/index.js'
import {ScriptedSource} from './scripted-source.js'
import {SeededChoices} from './seeded-choices.js'
import {VirtualTime} from './virtual-time.js'

// biome-ignore lint/suspicious/noExplicitAny: of what the test says
type AnyStream = program.DataStream<any>

/** An operator that a pipeline of one method call makes. */
export interface OperatorUnderTest {
  readonly operator: Operator
  readonly name: string
  readonly operatorId: OperatorId
}

/**
 * Builds with streams that have no source, and takes the one operator that was said. Errors: `user` FTS_TEST_ONE_OPERATOR for none or
 * several; what the methods refuse.
 */
export function operatorUnderTest(
  inputCount: number,
  build: (inputs: readonly AnyStream[]) => AnyStream,
): OperatorUnderTest {
  const env = program.StreamExecutionEnvironment.of(HOST).setParallelism(1)
  const inputs = Array.from({length: inputCount}, (_, index) => emptySource(env, index))
  build(inputs)
    .sinkTo(() => {})
    .name('Test Output')
  const job = env.takeJob()
  const said = job.graph.vertices.flatMap(({operators}) => operators).filter(({name}) => !SCENERY.test(name))
  if (said.length !== 1) throw notOne(said.map(({name}) => name))
  const [{operatorId, name}] = said
  const made = job.functions({timers: new VirtualTime(0), collectAddress: undefined}).makeOperator(operatorId, null)
  if (made?.kind !== 'operator') throw notOne([name])
  return {operator: made.operator, name, operatorId}
}

const HOST: ProgramHost = {
  defaults: {parallelism: 1, jobName: 'test', configuration: Configuration.defaults},
  submit: () => {
    throw new FtsError('user', 'FTS_TEST_ONE_OPERATOR', 'a harness runs one operator and no job: leave execute() out')
  },
}

/** Names of what stands around the operator. */
const SCENERY = /Test Input \d|Test Output/

function emptySource(env: program.StreamExecutionEnvironment, index: number): AnyStream {
  return env.addSource({
    kind: 'source',
    name: `Test Input ${index + 1}`,
    worksOn: 'records',
    inputs: [],
    maker: {kind: 'program', make: () => ({kind: 'source', source: new ScriptedSource([], new SeededChoices(0))})},
  })
}

function notOne(names: readonly string[]): FtsError {
  const said = names.length === 0 ? 'there is none' : `there are ${names.length}: ${names.join(', ')}`
  return new FtsError(
    'user',
    'FTS_TEST_ONE_OPERATOR',
    `a harness runs one operator of the streams it is given, and ${said}`,
    {count: names.length},
    {tryThis: 'Run several of them with a JobDriver.'},
  )
}
