/** What a program prints while it is loaded in a slot it has printed already where it was started. */
export async function withoutOutput<R>(run: () => Promise<R>): Promise<R> {
  const streams = [process.stdout, process.stderr].map((stream) => ({stream, write: stream.write}))
  for (const {stream} of streams) stream.write = () => true
  try {
    return await run()
  } finally {
    for (const {stream, write} of streams) stream.write = write
  }
}
