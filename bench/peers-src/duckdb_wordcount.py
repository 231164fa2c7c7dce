"""Counts words with DuckDB. usage: duckdb_wordcount.py INPUT OUTPUT THREADS

Lines are cut at spaces, which is all that the generated text has, and each distinct form is lower-cased once, after the
first count: the fastest of six formulations that were tried on 100 MB with 2 threads (2026-11-21): 0.78 s, against 1.36 s
when every line is lower-cased, 1.76 s when it is cut by the pattern \\s+, and 1.2 to 1.4 s when words are columns of a
CSV file. Functions over the whole text at once (read_text) did not end within minutes.
"""
import sys

import duckdb

COUNT = r"""
COPY (
  SELECT lower(form) AS word, sum(n)::BIGINT AS n
  FROM (
    SELECT form, count(*) AS n
    FROM (
      SELECT unnest(string_split(line, ' ')) AS form
      FROM read_csv('{source}', columns={{'line': 'VARCHAR'}}, header=false, delim='\0', quote='', escape='',
                    max_line_size=10000000, auto_detect=false)
    )
    WHERE form <> ''
    GROUP BY form
  )
  GROUP BY 1
  ORDER BY n DESC
) TO '{target}' (DELIMITER '{tab}', HEADER false, QUOTE '', ESCAPE '')
"""


def main() -> None:
    source, target, threads = sys.argv[1:]
    connection = duckdb.connect(config={"threads": int(threads)})
    connection.execute("SET preserve_insertion_order = false")
    connection.execute(COUNT.format(source=source, target=target, tab="\t"))


main()
