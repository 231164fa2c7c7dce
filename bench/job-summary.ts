import {readFileSync} from 'node:fs'
import type {Command} from './measure.js'

/** What the summary of a job (`--json`) says of its checkpoints. */
export interface CheckpointsSummary {
  readonly completed: number
  readonly longestStopMs: number
  readonly last?: {readonly checkpointedBytes: number; readonly stateBytes: number}
}

/** The last line of what a command with `--json` wrote to this file. */
export function readSummary(path: string): {readonly wallMs: number; readonly checkpoints: CheckpointsSummary} {
  return JSON.parse(readFileSync(path, 'utf8').trimEnd().split('\n').at(-1) ?? '')
}

/** The command, with its stderr in a file. */
export function withStderr(path: string, {argv}: Command): Command {
  return {argv: ['bash', '-c', 'path=$1; shift; exec "$@" 2> "$path"', 'bash', path, ...argv]}
}
