import {execFileSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {fileURLToPath} from 'node:url'
import {cruise, type ICruiseOptions, type ICruiseResult} from 'dependency-cruiser'
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Room {
  readonly lives: string
  readonly opens: readonly string[]
}

interface RoomRules extends ICruiseOptions {
  readonly rooms: Readonly<Record<string, Room>>
  readonly forbidden: NonNullable<ICruiseOptions['ruleSet']>['forbidden']
  readonly options: ICruiseOptions
}

export const roomRules = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as RoomRules

/** Who imports whom in src/ and commands/, checked by the rules at hand. */
export async function cruiseSources(): Promise<ICruiseResult> {
  const {forbidden, options} = roomRules
  const tsConfig = extractTsConfig('tsconfig.json')
  const done = await cruise(
    ['src', 'commands'],
    {...options, ruleSet: {forbidden: forbidden ?? []}, validate: true},
    undefined,
    {tsConfig},
  )
  return done.output as ICruiseResult
}

/** Files that are in git or would be added to it, below the given folders. */
export function filesIn(...folders: readonly string[]): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...folders], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  return listed.split('\n').filter((file) => file !== '')
}

export function textOf(file: string): string {
  return readFileSync(`${ROOT}/${file}`, 'utf8')
}
