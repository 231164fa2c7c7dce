export * from './generate-pipe-module.js'
export * as pipeLanguage from './language.js'
export * from './pipe-error.js'
export type {OutputForm, PipeOutput, PipeRequest} from './pipe-request.js'
