import {fileURLToPath} from 'node:url'

/** The package's folder, seen from a bundle (dist/bundle), from compiled modules (dist/src/…) or from the sources (src/…). */
export function packageRoot(here: string = import.meta.url): string {
  const path = fileURLToPath(here)
  const dist = path.lastIndexOf('/dist/')
  return path.slice(0, dist === -1 ? path.lastIndexOf('/src/') : dist)
}
