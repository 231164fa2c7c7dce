"""The record scenarios in Polars. usage: records_polars.py TASK INPUT OUTPUT (threads by POLARS_MAX_THREADS)"""

import sys

import polars as pl


def csv_group(source: str, target: str) -> None:
    price = pl.col("price")
    groups = pl.scan_csv(source).group_by("category").agg(pl.len(), price.sum().alias("sum"), price.mean())
    groups.collect(engine="streaming").write_csv(target)


def csv_to_json(source: str, target: str) -> None:
    pl.scan_csv(source).sink_ndjson(target)


def jsonl_group(source: str, target: str) -> None:
    errors = pl.scan_ndjson(source).filter(pl.col("level") == "ERROR")
    groups = errors.group_by("service").agg(pl.len(), pl.col("latency_ms").mean())
    groups.collect(engine="streaming").write_csv(target)


def main() -> None:
    task, source, target = sys.argv[1:]
    {"csv-group": csv_group, "csv-to-json": csv_to_json, "jsonl-group": jsonl_group}[task](source, target)


main()
