import {program} from '../api/index.js'
import {guarded} from './guarded-stream.js'
import {notAStream} from './not-a-stream.js'
import {outputStream} from './output/output-stream.js'
import type {PipeRequest} from './pipe-request.js'
import {type PipeScope, pipeScope} from './pipe-scope.js'

const {DataStream, DataStreamSink, StreamExecutionEnvironment} = program

/**
 * Runs an expression: gives it its sources, prints the stream it answers, and executes. `args` holds a PipeRequest as JSON.
 *
 * Errors   `user` FTS_PIPE_RESULT for an expression that is no stream; those of the methods.
 */
export async function runPipe(args: readonly string[], expression: (scope: PipeScope) => unknown): Promise<void> {
  const request = JSON.parse(args[0]) as PipeRequest
  const env = StreamExecutionEnvironment.getExecutionEnvironment()
  env.setBufferTimeout(0)
  if (request.updates === 'end') env.setRuntimeMode('BATCH')
  if (request.updates === 'settled') env.settleUpdates()
  const result = guarded.inside(expression(pipeScope(env, request)))
  if (result instanceof DataStream) outputStream(result, request.output)
  else if (!(result instanceof DataStreamSink)) throw notAStream(result)
  await env.execute('pipe')
}
