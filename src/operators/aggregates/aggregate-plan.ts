/** What is made of the records of a key: `result` is the field's name in the results. */
export interface Measure {
  readonly result: string
  readonly kind: 'count' | 'sum' | 'avg' | 'min' | 'max'
  /** Where the field's numbers are added up; absent: the records are counted. */
  readonly slot?: number
}

/** Built-in aggregates as plain data: fields by which records are grouped, and fields whose numbers are added up, each once. */
export interface AggregatePlan {
  readonly keyFields: readonly string[]
  /** By slot: the name of a field. */
  readonly valueFields: readonly string[]
  readonly measures: readonly Measure[]
}
