import {compileJsonRows, type ShapedRowReader} from './compile-json-rows.js'
import {type JsonShape, jsonShapeOf} from './json-shape.js'

/** Shapes in use at once; each miss tries them all. */
const SHAPES_MAX = 8
/** Lines looked at in search of shapes: records that are never written alike are not worth more. */
const LOOKS_MAX = 512

/**
 * The shapes that records have turned out to have. A shape is learned when a second line has it, so that a log of several kinds of events is
 * read by code for each kind.
 */
export class JsonShapes {
  private readonly readers: ShapedRowReader[] = []
  private readonly seenOnce = new Set<string>()
  private readonly known = new Set<string>()
  private looksLeft = LOOKS_MAX
  /** The one that fitted last. */
  private current = 0

  /** `learned` is told of each shape. */
  constructor(
    private readonly fields: ReadonlySet<string> | undefined,
    private readonly learned?: (shape: JsonShape) => void,
  ) {}

  /** Reads on from `from` as far as one shape reaches; answers `from` if none fits. */
  read(bytes: Buffer, from: number, end: number, text: string, rows: unknown[]): number {
    const {readers} = this
    for (let i = 0; i < readers.length; i++) {
      const index = (this.current + i) % readers.length
      const at = readers[index](bytes, from, end, text, rows)
      if (at > from) {
        this.current = index
        return at
      }
    }
    return from
  }

  /** Looks at a line that no shape fitted. */
  meet(line: Buffer): void {
    if (this.looksLeft === 0 || this.readers.length === SHAPES_MAX) return
    this.looksLeft -= 1
    const shape = jsonShapeOf(line)
    if (shape === undefined) return
    const key = Buffer.concat([...shape.before, shape.after]).toString('latin1')
    if (this.known.has(key)) return
    if (!this.seenOnce.delete(key)) {
      this.seenOnce.add(key)
      return
    }
    this.known.add(key)
    this.readers.push(compileJsonRows(shape, this.fields))
    this.learned?.(shape)
  }
}
