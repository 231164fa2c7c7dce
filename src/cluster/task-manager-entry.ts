import {join} from 'node:path'
import {packageRoot} from './package-root.js'

export const FIRST_TASK_MANAGER = 'tm-1'

/**
 * What is forked as a TaskManager. It starts waiting (`--await`): how many slots it has, and with which settings, it is told
 * over the fork's channel, because the first one is forked before the command line is parsed.
 */
export function taskManagerEntry(of: {readonly runDirectory: string; readonly taskManagerId: string}) {
  return {
    file: join(packageRoot(), 'dist/bundle/taskmanager.cjs'),
    args: ['--run-dir', of.runDirectory, '--id', of.taskManagerId, '--await'],
  }
}
