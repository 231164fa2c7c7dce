/** Records of a batch that a program's source makes. */
export const BATCH_ROWS = 1024
