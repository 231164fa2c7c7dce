/** `updates`: a result for each record, as in streaming. `final`: one result for each key at the end of the input, as in batch. */
export type EmitMode = 'updates' | 'final'
