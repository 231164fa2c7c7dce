import {FtsError} from '../../../core/index.js'
import type {FieldType, RecordSchema} from '../schema/record-schema.js'
import type {ResolvedCsvOptions} from './resolve-csv-options.js'

/** How a column of the file becomes a field of the record; `isRead` false: it is passed over. */
export interface CsvColumn {
  readonly name: string
  readonly type: FieldType
  readonly isRead: boolean
}

/** The columns of a file whose schema is known, with `fields` applied. Errors: `user` FTS_UNKNOWN_FIELD. */
export function csvColumns(
  schema: RecordSchema,
  options: Pick<ResolvedCsvOptions, 'fields' | 'schema'>,
): readonly CsvColumn[] {
  const names = schema.map(({name}) => name)
  const {fields} = options
  checkKnown(Object.keys(options.schema), names, 'schema')
  checkKnown(fields ?? [], names, 'fields')
  return schema.map(({name, type}) => ({name, type, isRead: fields === undefined || fields.includes(name)}))
}

function checkKnown(wanted: readonly string[], names: readonly string[], option: string): void {
  const unknown = wanted.find((name) => !names.includes(name))
  if (unknown === undefined) return
  throw new FtsError(
    'user',
    'FTS_UNKNOWN_FIELD',
    `CSV option "${option}" names the field "${unknown}", which the input does not have (it has: ${names.join(', ')})`,
    {option, field: unknown},
    {
      tryThis:
        'Check the spelling and the delimiter; names are those of the header line, in upper and lower case as there.',
    },
  )
}

/** Names made usable as fields: an empty one becomes `column<n>`, the second `a` becomes `a_1`, as in DuckDB. */
export function usableNames(header: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return header.map((raw, index) => {
    const base = raw === '' ? `column${index}` : raw
    let name = base
    for (let i = 1; taken.has(name); i++) name = `${base}_${i}`
    taken.add(name)
    return name
  })
}
