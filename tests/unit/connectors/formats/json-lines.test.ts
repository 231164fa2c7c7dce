/**
 * Goal: JSON lines are read with their options and bad records as documented; the schema that is shown is that of the sample.
 * Method: small texts through `json.parse` as blocks of a split; files of our own for planning.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {JsonReadOptions} from '../../../../src/connectors/formats/json/json-options.js'
import {ParseJsonOperator} from '../../../../src/connectors/formats/json/parse-json-operator.js'
import {planJson} from '../../../../src/connectors/formats/json/plan-json.js'
import {formatSchema} from '../../../../src/connectors/formats/schema/format-schema.js'
import {blocksOf, runOnBlocks} from '../../../support/record-operator-output.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fts-json-'))
})
afterAll(() => rmSync(folder, {recursive: true, force: true}))

function parse(text: string | Uint8Array, options: JsonReadOptions = {}, cutsAfterLines: readonly number[] = []) {
  return runOnBlocks(new ParseJsonOperator({options}), blocksOf(text, cutsAfterLines, 'events.jsonl'))
}

function messageOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('nothing was thrown')
}

/** So many lines that the shape of the first ones is in use. */
const LIKE = Array.from({length: 5}, (_, id) => `{"id":${id},"at":"2026-11-21T08:30:0${id}Z"}\n`).join('')

describe('json.parse', () => {
  it('reads any JSON value a line, and passes over blank lines and a byte order mark', () => {
    const {values, metrics, ledger} = parse('\ufeff{"a":1}\n\n[1,2]\r\n  \n"x"\nnull')
    expect(values).toEqual([{a: 1}, [1, 2], 'x', null])
    expect(metrics.recordsFiltered).toBe(2)
    expect(ledger).toBe(0)
  })

  it('reads out only the fields asked for', () => {
    expect(parse('{"a":1,"b":{"c":2}}\n'.repeat(4), {fields: ['b', 'z']}).values).toEqual(Array(4).fill({b: {c: 2}}))
  })

  it('makes fields what the schema says', () => {
    const {values} = parse(LIKE, {schema: {at: 'timestamp', id: 'integer', other: 'string'}})
    expect(values).toEqual(Array.from({length: 5}, (_, id) => ({id, at: new Date(`2026-11-21T08:30:0${id}Z`)})))
  })

  it('ends the job at a bad line, with file, line and reason', () => {
    expect(messageOf(() => parse(`${LIKE}{"id":5,\n`))).toMatch(/^events\.jsonl:6: it is not JSON: .+: \{"id":5,$/)
    expect(messageOf(() => parse('{"a":tru}\n'))).toMatch(
      /^events\.jsonl:1: it is not JSON: Unexpected token.*: \{"a":tru\}$/,
    )
    expect(messageOf(() => parse(`${LIKE}{"id":"x","at":null}\n`, {schema: {id: 'number'}}))).toBe(
      'events.jsonl:6: field "id": "x" is not of type number: {"id":"x","at":null}',
    )
    expect(messageOf(() => parse('[1]\n', {schema: {id: 'number'}}))).toBe(
      'events.jsonl:1: it is no object, so it has no fields: [1]',
    )
  })

  it('gives bad lines to a side output as they stand, each with its number', () => {
    const {side, values, reports, ledger} = parse(
      `${LIKE}oops\r\n{"id":"x","at":null}\n${LIKE}`,
      {schema: {id: 'number'}, onError: 'sideOutput', fields: ['id']},
      [6],
    )
    expect(values).toHaveLength(10)
    expect(side['bad-records']).toEqual([
      {input: 'events.jsonl', line: 6, reason: expect.stringContaining('it is not JSON'), text: 'oops'},
      {input: 'events.jsonl', line: 7, reason: 'field "id": "x" is not of type number', text: '{"id":"x","at":null}'},
    ])
    expect(Object.values(reports)).toEqual([1, 1])
    expect(ledger).toBe(0)
  })

  it('counts blocks with sequences that are not UTF-8', () => {
    const {values, metrics} = parse(Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3]), Buffer.from('"}\n')]))
    expect(values).toEqual([{a: '\ufffd'}])
    expect(metrics.invalidUtf8).toBe(1)
  })

  it('refuses options that it does not know or cannot use', () => {
    const wrong = [{field: ['a']}, {fields: []}, {schema: {a: 'int'}}, {onError: 'ignore'}]
    expect(wrong.map((options) => messageOf(() => planJson([], options as unknown as JsonReadOptions)))).toEqual([
      'JSON option "field": there is no such option; there are fields, schema, onError, sideOutputTag',
      'JSON option "fields": expected an array of one name or more',
      'JSON option "schema": field "a" has type "int", expected one of string, number, integer, boolean, timestamp, json',
      'JSON option "onError": it is "ignore", expected fail or skip or sideOutput',
    ])
  })
})

describe('planJson', () => {
  const fileOf = (name: string, content: string) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return {path, compression: 'none', sizeBytes: content.length} as const
  }

  it('shows what the records of a sample have in common', () => {
    const file = fileOf(
      'a.jsonl',
      '{"id":1,"n":1,"tags":["x"]}\nnot json\n{"id":2,"n":1.5,"ok":true,"mixed":1}\n{"id":3,"n":2,"mixed":"x"}\n',
    )
    const lines = [
      "id: 'integer',",
      "n: 'number',",
      "tags: 'json',  // may be null",
      "ok: 'boolean', // may be null",
      "mixed: 'json', // may be null",
    ]
    expect(formatSchema(planJson([file]).recordSchema)).toBe(lines.map((line) => `${line}\n`).join(''))
  })

  it('finds the slip of the pen in a field', () => {
    expect(messageOf(() => planJson([fileOf('b.jsonl', '{"id":1}\n')], {fields: ['Id']}))).toContain(
      'the field "Id" is in no record of ',
    )
  })
})
