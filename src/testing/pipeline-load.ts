import {type ProgramHost, program} from '../api/index.js'
import {ScriptedSource} from './scripted-source.js'
import type {SeededChoices} from './seeded-choices.js'
import type {SourceScript} from './source-script.js'

/** A scripted source as it was declared: what its subtasks say is shared by all loads. */
export interface SourceDeclaration {
  readonly name: string
  readonly scripts: readonly SourceScript[]
}

/** One load of the pipeline: an environment, and the streams of the scripted sources in it. */
export class PipelineLoad {
  readonly env: program.StreamExecutionEnvironment
  private readonly streams = new Map<SourceDeclaration, program.DataStream<unknown>>()

  constructor(
    host: ProgramHost,
    private readonly choices: SeededChoices,
  ) {
    this.env = program.StreamExecutionEnvironment.of(host).setParallelism(host.defaults.parallelism)
  }

  streamOf(source: SourceDeclaration): program.DataStream<unknown> {
    const stream = this.streams.get(source) ?? this.addSource(source)
    this.streams.set(source, stream)
    return stream
  }

  private addSource({name, scripts}: SourceDeclaration): program.DataStream<unknown> {
    return this.env.addSource<unknown>({
      kind: 'source',
      name,
      worksOn: 'records',
      inputs: [],
      parallelism: scripts.length,
      maker: {kind: 'program', make: () => ({kind: 'source', source: new ScriptedSource(scripts, this.choices)})},
    })
  }
}
