/** What a program was bundled to. */
export interface BundledCode {
  /** What the program's file exports. */
  readonly exports: readonly string[]
  /** An ES module. */
  readonly module: string
  /** Its source map, with the sources as absolute URLs. */
  readonly sourceMap: string
}
