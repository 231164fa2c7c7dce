export {type JournalInputOptions, journalInput} from './journal-input.js'
