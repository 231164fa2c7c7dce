import {readFileSync, rmSync} from 'node:fs'
import type {Command} from './measure.js'
import type {Contender} from './rounds.js'

/**
 * A Flink job among the contenders. Its output folder is removed before each run, and the job's own time (what Flink's web
 * page would show, without the start of the JVM and the cluster) is read from what it prints.
 */
export function flinkContender(name: string, command: Command, paths: {stdout: string; output?: string}): Contender {
  return {
    name,
    command: {...command, stdoutPath: paths.stdout},
    prepare: () => {
      if (paths.output !== undefined) rmSync(paths.output, {recursive: true, force: true})
    },
    jobSeconds: () => Number(/net runtime ms: (\d+)/.exec(readFileSync(paths.stdout, 'utf8'))?.[1]) / 1000,
  }
}
