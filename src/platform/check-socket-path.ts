import {FtsError} from '../core/index.js'

/** Bytes of a socket's path that every platform takes: `sun_path` has 104 on macOS and 108 on Linux, with a final zero. */
export const SOCKET_PATH_BYTES_MAX = 103

/** Errors: `user` `FTS_SOCKET_PATH` for a path over SOCKET_PATH_BYTES_MAX; the system would cut it silently. */
export function checkSocketPath(path: string): void {
  const bytes = Buffer.byteLength(path)
  if (bytes <= SOCKET_PATH_BYTES_MAX) return
  throw new FtsError(
    'user',
    'FTS_SOCKET_PATH',
    `the socket path ${path} has ${bytes} bytes; the system allows ${SOCKET_PATH_BYTES_MAX}`,
    {path, bytes},
    {tryThis: 'Set XDG_RUNTIME_DIR or TMPDIR to a folder with a shorter path.'},
  )
}
