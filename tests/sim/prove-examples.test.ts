// Goal: the examples, which people learn from, survive failures.
// Method: each one that runs in streaming mode and ends by itself is proven as `fts prove` does, on its own data, with a few schedules.
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {bundleJob} from '../../src/job/index.js'
import {Prover} from '../../src/prove/prover.js'
import {ROOT} from '../support/repository.js'
import {testSeeds} from '../support/test-seeds.js'

const SCHEDULES = 3
/** With its arguments. `word-count` is a batch job, and `socket-window-word-count` counts by processing time, which differs in each run. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  visits: [],
  average: ['--running'],
  etl: [],
  'access-log': [],
  sensors: [],
  fraud: [],
  recommendations: [],
  'online-regression': [],
}

it.each(Object.entries(EXAMPLES))(
  '%s',
  async (name, args) => {
    const sandbox = mkdtempSync(join(tmpdir(), 'fts-prove-test-'))
    try {
      const bundle = await bundleJob(join(ROOT, 'examples', name, 'job.ts'), ROOT.replace(/\/$/, ''))
      const path = join(sandbox, 'program.mjs')
      bundle.writeTo(path)
      const start = {path, entryPath: bundle.entryPath, args}
      const prover = (await Prover.load({
        start,
        jobName: name,
        past: [],
        parallelism: 2,
        config: {},
        sandbox,
        exactlyOnce: false,
      }))!
      expect((await prover.survey()).unstable).toBeUndefined()
      for (const seed of testSeeds(SCHEDULES)) expect(await prover.tryRun(seed)).toMatchObject({isRight: true})
    } finally {
      rmSync(sandbox, {recursive: true, force: true})
    }
  },
  60_000,
)
