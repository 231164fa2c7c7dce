// Goal: parameters that may be given several times are read as Flink's MultipleParameterTool reads them.
// Method: argument lists; what a key with one value gives is what ParameterTool gives.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {program} from '../../../src/api/index.js'
import {propertyOptions} from '../../support/property-options.js'

const {MultipleParameterTool, ParameterTool, FtsError} = program

const failureOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (error instanceof FtsError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'nothing was thrown'
}

describe('MultipleParameterTool', () => {
  const params = MultipleParameterTool.fromArgs(['--in', 'a', '--in', 'b', '-limit', '-5', '--dry', '--in', 'c'])

  it('keeps all values of a key, in order', () => {
    expect(params.toMultiMap()).toEqual({in: ['a', 'b', 'c'], limit: ['-5'], dry: ['__NO_VALUE_KEY']})
    expect([params.getMultiParameter('in'), params.getMultiParameter('no')]).toEqual([['a', 'b', 'c'], undefined])
    expect([params.getMultiParameterRequired('limit'), params.getInt('limit'), params.has('in')]).toEqual([
      ['-5'],
      -5,
      true,
    ])
    expect(params.getNumberOfParameters()).toBe(3)
    expect(params.getUnrequestedParameters()).toEqual(['dry'])
  })

  it('has the last of each in a plain map', () => {
    expect(params.toMap()).toEqual({in: 'c', limit: '-5', dry: '__NO_VALUE_KEY'})
  })

  it('says which key has too many values, or none', () => {
    expect(failureOf(() => params.get('in'))).toBe('FTS_BAD_PARAMETER: the parameter "in" has 3 values, expected one')
    expect(failureOf(() => params.getMultiParameterRequired('out'))).toBe(
      'FTS_MISSING_PARAMETER: the parameter "out" is not given',
    )
    expect(failureOf(() => MultipleParameterTool.fromArgs(['a']))).toContain(
      'FTS_BAD_PARAMETER: "a" stands where a key',
    )
  })

  it('is merged with another', () => {
    const other = MultipleParameterTool.fromMultiMap({in: ['d'], out: ['e', 'f']})
    expect(params.mergeWith(other).toMultiMap()).toEqual({
      in: ['a', 'b', 'c', 'd'],
      limit: ['-5'],
      dry: ['__NO_VALUE_KEY'],
      out: ['e', 'f'],
    })
    expect(MultipleParameterTool.fromMultiMap(new Map([['a', ['1']]])).get('a')).toBe('1')
  })

  it('is a ParameterTool where each key is given once, and has its map in any case', () => {
    const values = fc.constantFrom('x', '', '-3', 'a b', '--y', 'true')
    const keys = fc.constantFrom('--a', '--b', '-c')
    fc.assert(
      fc.property(fc.array(fc.tuple(keys, values)), (given) => {
        const args = given.flat()
        const one = ParameterTool.fromArgs(args)
        const several = MultipleParameterTool.fromArgs(args)
        expect(several.toMap()).toEqual(one.toMap())
        for (const [key, found] of Object.entries(several.toMultiMap()))
          if (found.length === 1) expect(several.get(key)).toBe(one.get(key))
      }),
      propertyOptions(),
    )
  })
})
