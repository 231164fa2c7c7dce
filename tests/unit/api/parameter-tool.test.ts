// Goal: parameters are read as Flink's ParameterTool reads them, and what is wrong with one is said with its key.
// Method: argument lists in Flink's forms, and real files; numbers of random texts against Number.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import fc from 'fast-check'
import {afterAll, describe, expect, it} from 'vitest'
import {program} from '../../../src/api/index.js'
import {propertyOptions} from '../../support/property-options.js'

const {ParameterTool, FtsError} = program

const folder = mkdtempSync(join(tmpdir(), 'fts-params-'))
afterAll(() => rmSync(folder, {recursive: true}))

const failureOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (error instanceof FtsError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'nothing was thrown'
}

describe('ParameterTool', () => {
  it('takes --key value, -key value, keys without a value, and negative numbers', () => {
    const params = ParameterTool.fromArgs(['--input', 'a b.csv', '-limit', '-5', '--dry', '--rate', '-1.5e3', '-v'])
    expect(params.toMap()).toEqual({
      input: 'a b.csv',
      limit: '-5',
      dry: '__NO_VALUE_KEY',
      rate: '-1.5e3',
      v: '__NO_VALUE_KEY',
    })
    expect(params.getNumberOfParameters()).toBe(5)
    expect([params.getInt('limit'), params.getDouble('rate'), params.has('dry'), params.has('no')]).toEqual([
      -5,
      -1500,
      true,
      false,
    ])
    expect(params.getUnrequestedParameters()).toEqual(['input', 'v'])
  })

  it('takes the last of several', () => {
    expect(ParameterTool.fromArgs(['--a', '1', '--a', '2']).get('a')).toBe('2')
  })

  it('has defaults', () => {
    const params = ParameterTool.fromMap({flag: 'TRUE'})
    expect(params.get('a', 'x')).toBe('x')
    expect(params.get('a')).toBeUndefined()
    expect(params.getLong('a', 7)).toBe(7)
    expect(params.getFloat('a', 0.5)).toBe(0.5)
    expect(params.getBoolean('a', false)).toBe(false)
    expect(params.getBoolean('flag')).toBe(true)
  })

  it('numbers are what Number makes of them', () => {
    fc.assert(
      fc.property(fc.double({noNaN: true}), (n) => {
        expect(ParameterTool.fromArgs(['--n', String(n)]).getDouble('n')).toBe(Number(String(n)))
      }),
      propertyOptions(),
    )
  })

  it('says what is wrong', () => {
    expect(failureOf(() => ParameterTool.fromArgs(['input.csv']))).toMatch(
      'FTS_BAD_PARAMETER: "input.csv" stands where a key (--key or -key) is expected',
    )
    expect(failureOf(() => ParameterTool.fromArgs(['--']))).toMatch('FTS_BAD_PARAMETER')
    const params = ParameterTool.fromArgs(['--n', '1.5', '--b', 'yes', '--empty', ''])
    expect(failureOf(() => params.getRequired('input'))).toBe(
      'FTS_MISSING_PARAMETER: the parameter "input" is not given',
    )
    expect(failureOf(() => params.getInt('n'))).toBe(
      'FTS_BAD_PARAMETER: the parameter "n" is "1.5", expected a whole number',
    )
    expect(failureOf(() => params.getDouble('empty'))).toMatch('expected a number')
    expect(failureOf(() => params.getBoolean('b'))).toMatch('"yes", expected true or false')
    expect(failureOf(() => ParameterTool.fromPropertiesFile(join(folder, 'no')))).toMatch('FTS_CANNOT_READ')
  })

  it('reads files of properties, and is merged', () => {
    const path = join(folder, 'job.properties')
    writeFileSync(path, '# a job\ninput = a=b.csv\n! more\nlimit: 5\r\nname two words\n\nempty=\n')
    const params = ParameterTool.fromPropertiesFile(path)
    expect(params.toMap()).toEqual({input: 'a=b.csv', limit: '5', name: 'two words', empty: ''})
    expect(params.mergeWith(ParameterTool.fromArgs(['--limit', '9'])).getInt('limit')).toBe(9)
    expect(ParameterTool.fromSystemProperties().has('PATH')).toBe(true)
  })
})
