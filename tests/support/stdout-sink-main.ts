// A process that writes `BLOCKS` blocks of 10 kB to its standard output through the sink, and says on stderr how it ended.
// With `STOP_AFTER_MS` it stops by itself, as a cancelled task does.
import {sinkFactories} from '../../src/connectors/sinks/index.js'
import {FtsError} from '../../src/core/index.js'
import {NodeTimers} from '../../src/platform/index.js'
import {OperatorHarness, textBatch} from './operator-harness.js'

const blockCount = Number(process.env.BLOCKS)
const stopAfterMs = Number(process.env.STOP_AFTER_MS ?? 0)
const timers = new NodeTimers()
const made = sinkFactories(timers)[0][1]({target: {kind: 'stdout'}, header: 'header\n'})
if (made.kind !== 'operator') throw new Error('a sink is an operator')
const harness = new OperatorHarness(made.operator)
if (stopAfterMs > 0) timers.after(stopAfterMs, () => end('stopped'))

try {
  harness.open()
  for (let i = 0; i < blockCount; i++)
    await harness.process(textBatch(`${String(i).padStart(9, '0')}${'.'.repeat(9990)}\n`))
  await harness.finish()
  end('finished')
} catch (error) {
  end(FtsError.from(error).code)
}

function end(how: string): void {
  harness.close()
  process.stderr.write(how, () => process.exit())
}
