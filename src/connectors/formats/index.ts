export {BAD_RECORDS_TAG, type BadRecord, type BadRecordPolicy} from './bad/bad-record.js'
export * from './csv/index.js'
export {formatFactories} from './format-factories.js'
export {FormatJsonOperator} from './json/format-json-operator.js'
export * from './json/index.js'
export {formatSchema} from './schema/format-schema.js'
export {
  FIELD_TYPES,
  type FieldType,
  type RecordField,
  type RecordSchema,
  type SchemaOption,
} from './schema/record-schema.js'
export {type SplitDecoder, SplitDecoders} from './split-decoders.js'
export {csvEncoderOf} from './write/csv-encoder-of.js'
export type {CsvWriteOptions} from './write/csv-write-options.js'
export {FormatRecordsOperator, type FormatRecordsOptions} from './write/format-records-operator.js'
export {JsonLinesEncoder} from './write/json-lines-encoder.js'
export type {RecordEncoder} from './write/record-encoder.js'
export {TextLinesEncoder} from './write/text-lines-encoder.js'
