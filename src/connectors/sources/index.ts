export {type InputFile, type PlannedFiles, planFiles} from './plan-files.js'
export {TextSource, type TextSourceConfig} from './text-source.js'
