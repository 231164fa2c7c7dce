/**
 * What a field of a record is.
 *
 *   string     text                       number   a double; text such as `-1.5e3`
 *   integer    a whole number, exact      boolean  `true` or `false`, in any case
 *   timestamp  a Date; ISO 8601 text, UTC where it names no zone
 *   json       anything JSON can say (JSON lines only): nested values, or fields whose type changes
 */
export const FIELD_TYPES = ['string', 'number', 'integer', 'boolean', 'timestamp', 'json'] as const

export type FieldType = (typeof FIELD_TYPES)[number]

export interface RecordField {
  readonly name: string
  readonly type: FieldType
  /** Whether a record may have null here. */
  readonly nullable: boolean
}

/** The fields of a format's records, in their order. */
export type RecordSchema = readonly RecordField[]

/** How a user says types: by field name, `{price: 'number'}`; what is not named is inferred. */
export type SchemaOption = Readonly<Record<string, FieldType>>
