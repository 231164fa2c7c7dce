import type {RecordSchema} from './record-schema.js'

/**
 * A schema for a person to read and to correct: one line a field, in the form in which it can be given back as the `schema` option.
 *
 *   ts: 'timestamp',
 *   price: 'number',      // may be null
 */
export function formatSchema(schema: RecordSchema): string {
  const entries = schema.map(({name, type}) => `${nameOf(name)}: '${type}',`)
  const width = Math.max(0, ...entries.map((entry) => entry.length))
  const lines = schema.map(({nullable}, index) =>
    nullable ? `${entries[index].padEnd(width)} // may be null` : entries[index],
  )
  return lines.map((line) => `${line}\n`).join('')
}

function nameOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n')}'`
}
