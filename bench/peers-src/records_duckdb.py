"""The record scenarios in DuckDB. usage: records_duckdb.py TASK INPUT OUTPUT THREADS"""

import sys

import duckdb

QUERIES = {
    "csv-group": """
      COPY (SELECT category, count(*) AS orders, sum(price) AS revenue, avg(price) AS mean
            FROM read_csv('{source}') GROUP BY category) TO '{target}' (HEADER)
    """,
    "csv-to-json": "COPY (SELECT * FROM read_csv('{source}')) TO '{target}' (FORMAT json)",
    "jsonl-group": """
      COPY (SELECT service, count(*) AS errors, avg(latency_ms) AS latency
            FROM read_json('{source}', format='newline_delimited') WHERE level = 'ERROR'
            GROUP BY service) TO '{target}' (HEADER)
    """,
}


def main() -> None:
    task, source, target, threads = sys.argv[1:]
    connection = duckdb.connect(config={"threads": int(threads)})
    connection.execute("SET preserve_insertion_order = false")
    connection.execute(QUERIES[task].format(source=source, target=target))


main()
