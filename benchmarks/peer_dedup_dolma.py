"""Dolma's deduplication of documents by a Bloom filter, in Rust: run by the interpreter that has it, for
`duplicates_peers.py`.

``peer_dedup_dolma.py CORPUS_FOLDER KEY DOCUMENTS WORKERS`` reads ``documents/*.jsonl.gz``, writes ``attributes/``, and
prints seconds as JSON. What has an attribute is a duplicate by that key, ``$.text`` or ``$.url``; taking these out
would be another pass, of its mixer, which is not in the time.
"""

import json
import sys
import time
from pathlib import Path

import dolma


def main(corpus, key, documents, workers):
    filter_file = Path(corpus) / f"bloom{key.replace('.', '_')}.bin"
    filter_file.unlink(missing_ok=True)
    settings = {
        "documents": [f"{corpus}/documents/*.jsonl.gz"],
        "dedupe": {
            "name": f"dedupe{key.replace('$.', '_')}",
            "documents": {"attribute_name": "duplicate", "key": key},
            "skip_empty": False,
            "min_length": 0,
            "min_words": 0,
            "num_partitions": 1,
            "partition_index": 0,
            "file_partition": False,
            "document_dir": "documents",
        },
        "bloom_filter": {
            "file": str(filter_file),
            "read_only": False,
            "size_in_bytes": 0,
            "estimated_doc_count": int(documents),
            "desired_false_positive_rate": 1e-6,
        },
        "is_s3_volume": False,
        "work_dir": {"input": f"{corpus}/work_in", "output": f"{corpus}/work_out"},
        "processes": int(workers),
        "compression": {"input": None, "output": None},
    }
    began = time.perf_counter()
    dolma.deduper(settings)
    print(json.dumps({"dedupe": round(time.perf_counter() - began, 2)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
