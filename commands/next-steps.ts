import {relative} from 'node:path'

/** What to do with a project that was written. */
export function nextSteps(folder: string, files: readonly string[], start = 'npm start'): string {
  const from = relative(process.cwd(), folder) || '.'
  const enter = from === '.' ? [] : [`  cd ${quoted(from)}`]
  return [
    `Written into ${folder}: ${[...files].sort().join(', ')}`,
    '',
    'Next:',
    ...enter,
    '  npm install',
    `  ${start.padEnd(14)} runs the job`,
    `  ${'npm test'.padEnd(14)} checks its types and runs its test`,
  ].join('\n')
}

/** As a shell wants it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}
