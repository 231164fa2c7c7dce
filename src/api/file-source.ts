import {type Duration, FtsError} from '../core/index.js'
import type {SourceFormat} from './formats.js'
import {type FileSourceOptions, fileRecords} from './text-sources.js'
import type {TransformationSpec} from './transformation.js'

/**
 * Files as a source for `env.fromSource`, in Flink's words:
 *
 *   env.fromSource(FileSource.forRecordStreamFormat(Formats.csv(), 'inbox').monitorContinuously('10s').build(), watermarks, 'orders')
 *
 * `env.readTextFile`, `readCsv` and `readJsonLines` say the same in less.
 */
export class FileSource<T> {
  private constructor(
    private readonly format: SourceFormat<T>,
    private readonly paths: readonly string[],
    private readonly options: FileSourceOptions,
  ) {}

  static forRecordStreamFormat<T>(format: SourceFormat<T>, ...paths: readonly string[]): FileSource<T> {
    if (!['text', 'csv', 'json'].includes((format as SourceFormat<T> | undefined)?.kind as string)) {
      throw new FtsError(
        'user',
        'FTS_BAD_SOURCE',
        'FileSource got no format, expected one of Formats: Formats.text() …',
      )
    }
    return new FileSource(format, paths, {})
  }

  /** Does not end, but looks for new files in the folders so often. */
  monitorContinuously(interval: Duration): FileSource<T> {
    return new FileSource(this.format, this.paths, {...this.options, monitor: interval})
  }

  /** The source itself: so that Flink's way of writing it works, too. */
  build(): this {
    return this
  }

  /** @internal */
  transformation(name: string): TransformationSpec {
    return {...fileRecords('FileSource', this.paths, this.format, this.options), name}
  }
}
