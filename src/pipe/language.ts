// What an expression of `fts pipe` sees besides 'fts' and its sources; also `import … from 'fts/pipe'`. Documented in docs/pipe.md.
export {duration} from './duration.js'
export {type CombinedLogRecord, parseCombinedLog} from './parsers/parse-combined-log.js'
export {type CommonLogRecord, parseCommonLog} from './parsers/parse-common-log.js'
export {parseLogfmt} from './parsers/parse-logfmt.js'
export {parseSyslog, type SyslogRecord} from './parsers/parse-syslog.js'
export {skipBad} from './parsers/skip-bad.js'
export {runPipe} from './run-pipe.js'
export {words} from './words.js'
