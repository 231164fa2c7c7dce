const OURS = /^fts: /
/** What to do is on the line behind a sentence. */
const ADVICE = /^ {2}→ /

/** What every subtask of a job finds to say is shown once; what the program itself prints, always. */
export class Notices {
  private readonly shown = new Set<string>()
  private wasRepeated = false

  isNew(line: string): boolean {
    if (ADVICE.test(line) && this.wasRepeated) return false
    this.wasRepeated = OURS.test(line) && this.shown.has(line)
    if (OURS.test(line)) this.shown.add(line)
    return !this.wasRepeated
  }
}
