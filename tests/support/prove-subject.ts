import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {bundleSource} from '../../src/job/index.js'
import type {ProofSubject} from '../../src/prove/index.js'
import {ROOT} from './repository.js'

/** A program given as text, bundled into a folder of its own, for a Prover in this thread. */
export async function proveSubject(text: string, of: Partial<ProofSubject> = {}): Promise<ProofSubject> {
  const sandbox = mkdtempSync(join(tmpdir(), 'fts-prove-test-'))
  const bundle = await bundleSource({path: join(sandbox, 'job.ts'), text}, ROOT)
  const path = join(sandbox, 'program.mjs')
  bundle.writeTo(path)
  const start = {path, entryPath: bundle.entryPath, args: []}
  return {start, jobName: 'job', past: [], parallelism: 2, config: {}, sandbox, exactlyOnce: false, ...of}
}

export function removeSubject({sandbox}: ProofSubject): void {
  rmSync(sandbox, {recursive: true, force: true})
}
