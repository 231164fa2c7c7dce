// Goal: nothing is left lying about: markers, stray output, clocks and dice outside platform, floating versions, registry hosts.
// Method: the texts of the files that are in git.
import {expect, it} from 'vitest'
import {filesIn, textOf} from '../../support/repository.js'

const MARKER = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`)

/** Files outside platform that may use a clock, a timer or randomness themselves, each with its reason. */
const OUTSIDE_WORLD_ALLOWED: Readonly<Record<string, string>> = {
  'src/cluster/load-bundle.ts': 'runs before anything is loaded; one unreferenced timer that writes a cache',
  'src/prove/virtual-globals.ts': 'puts simulated time and seeded chance in their place, and names what it replaces',
}

const OUTSIDE_WORLD = /\b(Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval)\b/

function linesMatching(files: readonly string[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    textOf(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  )
}

const sources = filesIn('src', 'commands').filter((file) => /\.tsx?$/.test(file))

it('no marker of unfinished work', () => {
  const written = filesIn('src', 'commands', 'bin', 'scripts', 'tests', 'bench').filter((file) =>
    /\.(tsx?|c?js)$/.test(file),
  )
  expect(linesMatching(written, MARKER)).toEqual([])
})

it('no console in the engine', () => {
  expect(linesMatching(sources, /\bconsole\.\w+\(/)).toEqual([])
})

it('no clock, timer or randomness outside platform', () => {
  const watched = sources.filter((file) => !file.startsWith('src/platform/') && !(file in OUTSIDE_WORLD_ALLOWED))
  expect(linesMatching(watched, OUTSIDE_WORLD)).toEqual([])
})

it('every allowance for the outside world is still needed', () => {
  const unneeded = Object.keys(OUTSIDE_WORLD_ALLOWED).filter(
    (file) => linesMatching([file], OUTSIDE_WORLD).length === 0,
  )
  expect(unneeded).toEqual([])
})

it('no test is switched off or alone', () => {
  const tests = filesIn('tests').filter((file) => file.endsWith('.test.ts'))
  expect(linesMatching(tests, /\b(it|test|describe)\.(only|skip|todo)\b/)).toEqual([])
})

it('package.json names every version by number', () => {
  const {dependencies, devDependencies} = JSON.parse(textOf('package.json'))
  const floating = Object.entries({...dependencies, ...devDependencies}).filter(
    ([, range]) => !/^[~^]?\d+\.\d+\.\d+$/.test(String(range)),
  )
  expect(floating).toEqual([])
})

it('the lock file has every optional package, or npm ci refuses it (node scripts/complete-lockfile.js)', () => {
  const {packages} = JSON.parse(textOf('package-lock.json')) as {
    packages: Record<string, {optionalDependencies?: Record<string, string>}>
  }
  const missing = Object.entries(packages).flatMap(([path, {optionalDependencies}]) =>
    Object.keys(optionalDependencies ?? {}).filter(
      (name) =>
        packages[`node_modules/${name}`] === undefined && packages[`${path}/node_modules/${name}`] === undefined,
    ),
  )
  expect(missing).toEqual([])
})

it('the lock file works with any registry', () => {
  expect(textOf('package-lock.json')).not.toMatch(/"resolved": "https?:/)
})

it('.ci/run runs the very line with which the README tests', () => {
  const line = textOf('.ci/run').trimEnd().split('\n').at(-1) ?? ''
  expect(line).toMatch(/^npm ci && /)
  expect(textOf('README.md').split('\n')).toContain(line)
})
