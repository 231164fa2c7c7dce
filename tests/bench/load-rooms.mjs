import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {build} from 'esbuild'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** What these modules (paths from the repository's root) export, bundled as they are in the work tree. */
export async function loadRooms(...modules) {
  const folder = await mkdtemp(join(tmpdir(), 'fts-bench-'))
  try {
    const outfile = join(folder, 'rooms.mjs')
    await build({
      stdin: {
        contents: modules.map((module) => `export * from './${module}'`).join('\n'),
        resolveDir: ROOT,
        loader: 'ts',
      },
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      logLevel: 'error',
    })
    return await import(pathToFileURL(outfile).href)
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}
