import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {type ProgramHost, setProgramHost} from '../src/api/index.js'
import {launchedRunDirectory} from '../src/cluster/index.js'
import type {FtsError} from '../src/core/index.js'
import {type JobBundle, loadProgram, type ProgramProgress, type ProgramStart} from '../src/job/index.js'

/** Who runs the jobs of a program that a command loads. */
export interface BundleHost extends ProgramHost, ProgramProgress {
  /** Of the last job that ended. */
  readonly exitCode: number
  /** Resolves with the exit code when the program shall not go on. */
  readonly interrupted: Promise<number>
  /** Whether this is the failure of a job, which has been printed. */
  hasReported(error: unknown): boolean
}

export interface BundleRun {
  readonly bundle: JobBundle
  readonly start: Omit<ProgramStart, 'path'>
  readonly host: BundleHost
  /** What the program threw, as an error for the user. */
  explain(error: unknown): FtsError
}

/** Loads a bundled program, which runs its jobs. Answers the exit code, or undefined if it ran none. Errors: those of the program. */
export async function runBundle({bundle, start, host, explain}: BundleRun): Promise<number | undefined> {
  setProgramHost(host)
  const launched = launchedRunDirectory()
  const directory = launched ?? mkdtempSync(join(tmpdir(), 'fts-'))
  const path = join(directory, 'program.mjs')
  bundle.writeTo(path)
  try {
    return await Promise.race([host.interrupted, load()])
  } finally {
    rmSync(launched === undefined ? directory : path, {recursive: true, force: true})
  }

  async function load(): Promise<number | undefined> {
    try {
      await loadProgram({path, ...start}, host)
    } catch (error) {
      if (host.hasReported(error)) return host.exitCode
      throw explain(error)
    }
    return host.hasExecuted() ? host.exitCode : undefined
  }
}
