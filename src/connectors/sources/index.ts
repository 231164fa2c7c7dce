export {LinesSource, type LinesSourceConfig} from './lines-source.js'
export {linesSourceFactory} from './lines-source-factory.js'
export {type InputFile, type PlannedFiles, planFiles} from './plan-files.js'
export {textSourceFactory} from './text-source-factory.js'
