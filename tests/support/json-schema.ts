/** The part of JSON Schema that fixtures/cli uses. */
export interface JsonSchema {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: JsonSchema
}

/** What of a value does not fit a schema, as `path: reason`; empty when all does. */
export function schemaErrors(value: unknown, schema: JsonSchema, root: JsonSchema = schema, path = '$'): string[] {
  if (schema.$ref !== undefined)
    return schemaErrors(value, root.$defs![schema.$ref.replace('#/$defs/', '')], root, path)
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? [])
  if (types.length > 0 && !types.includes(typeOf(value)))
    return [`${path}: ${typeOf(value)}, not ${types.join(' or ')}`]
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [`${path}: ${String(value)} is not listed`]
  if (Array.isArray(value)) {
    return value.flatMap((item, i) => schemaErrors(item, schema.items ?? {}, root, `${path}[${i}]`))
  }
  return typeof value === 'object' && value !== null ? objectErrors(value, schema, root, path) : []
}

function objectErrors(value: object, schema: JsonSchema, root: JsonSchema, path: string): string[] {
  const {properties = {}, required = [], additionalProperties = true} = schema
  const missing = required.filter((name) => !(name in value)).map((name) => `${path}.${name}: missing`)
  const wrong = Object.entries(value).flatMap(([name, item]) => {
    const known: boolean | JsonSchema = properties[name] ?? additionalProperties
    if (typeof known !== 'boolean') return schemaErrors(item, known, root, `${path}.${name}`)
    return known ? [] : [`${path}.${name}: not in the schema`]
  })
  return [...missing, ...wrong]
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value
}
